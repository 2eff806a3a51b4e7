using System.Net;
using Gateway.Hosting.Settings;
using StackExchange.Redis;

namespace Gateway.RateLimiting.Redis;

/// <summary>The connection that a <see cref="RedisAddress"/> asks for, set up as a gateway needs it.</summary>
internal static class RedisUrl
{
    // In milliseconds. Connections are made in the background, so this holds up nobody.
    private const int ConnectTimeout = 2_000;
    private const int ReconnectInterval = 500;

    /// <exception cref="FormatException">It is no such URL. The message never repeats the password.</exception>
    public static ConfigurationOptions Parse(string url)
    {
        var address = RedisAddress.Parse(url);
        var options = new ConfigurationOptions
        {
            // We wait for Redis ourselves, and go on without it.
            AbortOnConnectFail = false,
            ConnectTimeout = ConnectTimeout,

            // What cannot be sent now must not be sent later: by then it was decided without Redis.
            BacklogPolicy = BacklogPolicy.FailFast,
            ReconnectRetryPolicy = new LinearRetry(ReconnectInterval),

            // How soon a failover is noticed: who is the primary is asked every second.
            ConfigCheckSeconds = 1,

            // Nothing here is published or subscribed to: that would be a second connection to every node.
            CommandMap = CommandMap.Create(["SUBSCRIBE", "PSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "PUBLISH"], available: false),
            ConfigurationChannel = string.Empty,

            // Every Redis speaks it, and what scripts answer does not depend on the server's version.
            Protocol = RedisProtocol.Resp2,
            Ssl = address.IsEncrypted,
            ClientName = "gateway",
            User = address.User,
            Password = address.Password,
            DefaultDatabase = address.Database,
        };
        foreach (var (host, port) in address.Hosts)
        {
            options.EndPoints.Add(host, port);
        }

        return options;
    }

    /// <summary>The hosts, without any password.</summary>
    public static string Describe(ConfigurationOptions options) => string.Join(", ", options.EndPoints.Select(Describe));

    private static string Describe(EndPoint endPoint) => endPoint is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : $"{endPoint}";
}
