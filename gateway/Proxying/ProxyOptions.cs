using System.Net;
using Gateway.Hosting.Settings;

namespace Gateway.Proxying;

/// <summary>Where customers come in (section <c>Proxy</c>).</summary>
/// <param name="Address">The local address (<c>Address</c>, every one).</param>
/// <param name="Port">The port (<c>Port</c>, 8080); 0 takes a free one.</param>
/// <param name="AnswersHealth">Whether <c>/health*</c> is answered here too (<c>Health</c>, true) instead of belonging to the backend.</param>
internal sealed record ProxyOptions(IPAddress Address, int Port, bool AnswersHealth)
{
    private const string Section = "Proxy";
    private const int DefaultPort = 8080;

    public static ProxyOptions Read(IConfiguration configuration) => new(
        configuration.Address($"{Section}:Address", IPAddress.Any),
        configuration.Port($"{Section}:Port", DefaultPort),
        configuration.Flag($"{Section}:Health", defaultValue: true));
}
