using Gateway.Hosting.Settings;

namespace Gateway.Listening;

/// <summary>What one client may take up before it is refused or cut off (section <c>Proxy:Limits</c>).</summary>
/// <param name="BodyBytes">
/// The largest body of a request (<c>BodyBytes</c>, 0: none, because how large one may be is the backend's affair): 413.
/// Not applied to WebSockets and gRPC streams, whose messages have no end.
/// </param>
/// <param name="HeaderBytes">All header fields together (<c>HeaderBytes</c>, 32,768): 431.</param>
/// <param name="HeaderCount">Header fields (<c>HeaderCount</c>, 100): 431.</param>
/// <param name="RequestLineBytes">Method, URI and version together (<c>RequestLineBytes</c>, 8,192): 414.</param>
/// <param name="HeaderTimeout">
/// How long a request's headers, and before them the TLS handshake, may take from the first byte on (<c>HeaderSeconds</c>, 15): 408.
/// </param>
/// <param name="KeepAliveTimeout">How long a connection may wait for its next request (<c>KeepAliveSeconds</c>, 130: longer than the load balancers before us).</param>
/// <param name="MinimumRequestRate">
/// Bytes a second that a body must arrive with (<c>MinimumRequestBytesPerSecond</c>, 240; 0: any): 408. WebSockets and gRPC
/// calls to HTTP/2 backends may be silent.
/// </param>
/// <param name="MinimumResponseRate">
/// Bytes a second that a client must take off us, on average over the answer, while something waits for it
/// (<c>MinimumResponseBytesPerSecond</c>, 240; 0: any): the connection is ended. A stream that has nothing to say is not slow.
/// </param>
/// <param name="RateGrace">How long either rate may be missed (<c>RateGraceSeconds</c>, 5).</param>
/// <param name="UnreadTimeout">How long a client may take nothing at all off us while something waits for it (<c>UnreadSeconds</c>, 30): the connection is ended.</param>
/// <param name="Connections">Connections at a time on each port (<c>Connections</c>, 20,000; 0: any number): closed at once.</param>
/// <param name="UpgradedConnections">WebSockets at a time (<c>UpgradedConnections</c>, 10,000; 0: any number): 503.</param>
/// <param name="Http2Streams">Requests at a time on one HTTP/2 connection (<c>Http2Streams</c>, 100): those past it wait at the client.</param>
internal sealed record ClientLimits(
    long BodyBytes,
    int HeaderBytes,
    int HeaderCount,
    int RequestLineBytes,
    TimeSpan HeaderTimeout,
    TimeSpan KeepAliveTimeout,
    int MinimumRequestRate,
    int MinimumResponseRate,
    TimeSpan RateGrace,
    TimeSpan UnreadTimeout,
    int Connections,
    int UpgradedConnections,
    int Http2Streams)
{
    private const string Section = "Proxy:Limits";

    // Kestrel looks at rates once a second; a shorter grace would be noise.
    private const int ShortestGraceSeconds = 2;

    public static ClientLimits Read(IConfiguration configuration) => new(
        configuration.Number($"{Section}:BodyBytes", 0, 0, long.MaxValue),
        (int)configuration.Number($"{Section}:HeaderBytes", 32_768, 1_024, 1_048_576),
        (int)configuration.Number($"{Section}:HeaderCount", 100, 10, 10_000),
        (int)configuration.Number($"{Section}:RequestLineBytes", 8_192, 128, 1_048_576),
        configuration.Seconds($"{Section}:HeaderSeconds", 15, 1, 600),
        configuration.Seconds($"{Section}:KeepAliveSeconds", 130, 1, 86_400),
        (int)configuration.Number($"{Section}:MinimumRequestBytesPerSecond", 240, 0, 1_000_000),
        (int)configuration.Number($"{Section}:MinimumResponseBytesPerSecond", 240, 0, 1_000_000),
        configuration.Seconds($"{Section}:RateGraceSeconds", 5, ShortestGraceSeconds, 600),
        configuration.Seconds($"{Section}:UnreadSeconds", 30, 1, 3_600),
        (int)configuration.Number($"{Section}:Connections", 20_000, 0, 10_000_000),
        (int)configuration.Number($"{Section}:UpgradedConnections", 10_000, 0, 10_000_000),
        (int)configuration.Number($"{Section}:Http2Streams", 100, 1, 10_000));
}
