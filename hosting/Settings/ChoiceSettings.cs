using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Settings;

/// <summary>Reads settings that are one of a few words.</summary>
public static class ChoiceSettings
{
    /// <summary>One of the names of an enumeration, however it is capitalized.</summary>
    /// <exception cref="SettingException">It is none of them.</exception>
    public static T Choice<T>(this IConfiguration configuration, string name, T defaultValue)
        where T : struct, Enum
    {
        var text = configuration[name];
        if (string.IsNullOrEmpty(text))
        {
            return defaultValue;
        }

        // Not a number: Enum.Parse would take those, too.
        var names = Enum.GetNames<T>();
        return Array.Find(names, known => known.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found
            ? Enum.Parse<T>(found)
            : throw new SettingException(name, $"\"{text}\" is not allowed; allowed is {string.Join(", ", names)}, default {defaultValue}");
    }
}
