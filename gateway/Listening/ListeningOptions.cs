using System.Net;
using Gateway.Hosting.Settings;

namespace Gateway.Listening;

/// <summary>Where customers come in (section <c>Proxy</c>).</summary>
/// <param name="Address">The local address (<c>Address</c>, every one).</param>
/// <param name="Port">
/// The port (<c>Port</c>, 8080); 0 takes a free one. HTTP/1.1, or with <paramref name="Tls"/> HTTP/1.1 and HTTP/2 over TLS
/// and nothing in the clear, so that no key can cross a network by mistake.
/// </param>
/// <param name="Http2Port">
/// A further port for HTTP/2 without TLS and without an upgrade from HTTP/1.1 (<c>Http2Port</c>, none): for gRPC behind a
/// load balancer that has ended TLS. 0 takes a free one.
/// </param>
/// <param name="AnswersHealth">Whether <c>/health*</c> is answered here too (<c>Health</c>, true) instead of belonging to the backend.</param>
/// <param name="Tls">The certificate (section <c>Tls</c>); null where there is none.</param>
/// <param name="Limits">What a client may take up (section <c>Limits</c>).</param>
internal sealed record ListeningOptions(
    IPAddress Address, int Port, int? Http2Port, bool AnswersHealth, TlsOptions? Tls, ClientLimits Limits)
{
    private const string Section = "Proxy";
    private const int DefaultPort = 8080;

    public static ListeningOptions Read(IConfiguration configuration) => new(
        configuration.Address($"{Section}:Address", IPAddress.Any),
        configuration.Port($"{Section}:Port", DefaultPort),
        string.IsNullOrEmpty(configuration[$"{Section}:Http2Port"]) ? null : configuration.Port($"{Section}:Http2Port", defaultPort: 0),
        configuration.Flag($"{Section}:Health", defaultValue: true),
        TlsOptions.Read(configuration),
        ClientLimits.Read(configuration));
}
