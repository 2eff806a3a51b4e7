using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Settings;

/// <summary>Reads numbers; a value that is none or out of range throws <see cref="SettingException"/>.</summary>
public static class NumberSettings
{
    /// <summary>A whole number.</summary>
    public static long Number(this IConfiguration configuration, string name, long defaultValue, long minimum, long maximum)
    {
        var value = configuration[name];
        if (string.IsNullOrEmpty(value))
        {
            return defaultValue;
        }

        return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= minimum && number <= maximum
            ? number
            : throw new SettingException(
                name, $"\"{value}\" is not allowed; allowed is a whole number from {minimum} to {maximum}, default {defaultValue}");
    }

    /// <summary>A whole number of seconds.</summary>
    public static TimeSpan Seconds(this IConfiguration configuration, string name, int defaultValue, int minimum, int maximum) =>
        TimeSpan.FromSeconds(configuration.Number(name, defaultValue, minimum, maximum));

    /// <summary>A whole number of milliseconds.</summary>
    public static TimeSpan Milliseconds(this IConfiguration configuration, string name, int defaultValue, int minimum, int maximum) =>
        TimeSpan.FromMilliseconds(configuration.Number(name, defaultValue, minimum, maximum));

    /// <summary>A number from 0 to 1.</summary>
    public static double Ratio(this IConfiguration configuration, string name, double defaultValue)
    {
        var value = configuration[name];
        if (string.IsNullOrEmpty(value))
        {
            return defaultValue;
        }

        return double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1
            ? number
            : throw new SettingException(
                name, string.Create(CultureInfo.InvariantCulture, $"\"{value}\" is not allowed; allowed is a number from 0 to 1, default {defaultValue}"));
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static bool Flag(this IConfiguration configuration, string name, bool defaultValue)
    {
        var value = configuration[name];
        if (string.IsNullOrEmpty(value))
        {
            return defaultValue;
        }

        return bool.TryParse(value, out var flag)
            ? flag
            : throw new SettingException(name, $"\"{value}\" is not allowed; allowed is true or false, default {(defaultValue ? "true" : "false")}");
    }
}
