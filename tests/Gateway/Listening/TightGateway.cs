using Gateway.Testing;
using Gateway.Tests.Transparency;

namespace Gateway.Tests.Listening;

/// <summary>A gateway that soon loses patience.</summary>
public sealed class TightGateway(TestServers servers) : TransparentGateway(servers)
{
    public const int BodyBytes = 1_000_000;

    internal override (string Name, string Value)[] Settings =>
    [
        ("Proxy:Limits:BodyBytes", $"{BodyBytes}"),
        ("Proxy:Limits:HeaderBytes", "4096"),
        ("Proxy:Limits:HeaderCount", "20"),
        ("Proxy:Limits:RequestLineBytes", "512"),
        ("Proxy:Limits:HeaderSeconds", "1"),
        ("Proxy:Limits:KeepAliveSeconds", "1"),
        ("Proxy:Limits:RateGraceSeconds", "2"),
        ("Proxy:Limits:UnreadSeconds", "1"),
        ("Proxy:Limits:UpgradedConnections", "1"),
        ("ReverseProxy:Clusters:http2:HttpRequest:ActivityTimeout", "00:00:02"),
    ];
}
