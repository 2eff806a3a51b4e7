using System.Net;
using Gateway.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Health;

/// <summary>Where health and metrics are served: a port of its own, that customers never reach.</summary>
/// <param name="Address">The local address, <c>Management:Address</c>; every address by default.</param>
/// <param name="Port">The port, <c>Management:Port</c>; 0 takes a free one.</param>
public sealed record ManagementOptions(IPAddress Address, int Port)
{
    private const string Section = "Management";

    /// <summary>Reads the section.</summary>
    /// <exception cref="SettingException">A value makes no sense.</exception>
    public static ManagementOptions Read(IConfiguration configuration, int defaultPort) => new(
        configuration.Address($"{Section}:Address", IPAddress.Any),
        configuration.Port($"{Section}:Port", defaultPort));
}
