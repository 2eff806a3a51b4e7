using System.Net;
using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Settings;

/// <summary>Reads addresses and ports; a value that is none throws <see cref="SettingException"/>.</summary>
public static class NetworkSettings
{
    /// <summary>An IP address.</summary>
    public static IPAddress Address(this IConfiguration configuration, string name, IPAddress defaultAddress)
    {
        var value = configuration[name];
        if (string.IsNullOrEmpty(value))
        {
            return defaultAddress;
        }

        return IPAddress.TryParse(value, out var address)
            ? address
            : throw new SettingException(name, $"\"{value}\" is no IP address; allowed is one such as 0.0.0.0, 127.0.0.1 or ::");
    }

    /// <summary>A port, 0 for any free one.</summary>
    public static int Port(this IConfiguration configuration, string name, int defaultPort)
    {
        var value = configuration[name];
        if (string.IsNullOrEmpty(value))
        {
            return defaultPort;
        }

        return ushort.TryParse(value, out var port)
            ? port
            : throw new SettingException(name, $"\"{value}\" is no port; allowed is 0 to 65535, 0 for any free one");
    }
}
