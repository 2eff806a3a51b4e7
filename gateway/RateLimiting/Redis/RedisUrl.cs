using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Gateway.RateLimiting.Redis;

/// <summary>
/// Reads <c>redis://[[user:]password@]host[:port][,host[:port]…][/database]</c>, or <c>rediss://</c> for TLS. Several hosts
/// are nodes of one Redis Cluster, or one primary and its replicas.
/// </summary>
internal static class RedisUrl
{
    /// <summary>What it looks like, for messages.</summary>
    public const string Form = "redis://[[user:]password@]host[:port][,host[:port]…][/database]";

    private const int DefaultPort = 6379;
    private const string Allowed = $"allowed is {Form}, or rediss:// for TLS";

    // In milliseconds. Connections are made in the background, so this holds up nobody.
    private const int ConnectTimeout = 2_000;

    /// <exception cref="FormatException">It is no such URL. The message never repeats the password.</exception>
    public static ConfigurationOptions Parse(string url)
    {
        var schemeEnd = url.IndexOf("://", StringComparison.Ordinal);
        if (schemeEnd < 0)
        {
            throw new FormatException($"is no URL; {Allowed}");
        }

        var scheme = url[..schemeEnd].ToLowerInvariant();
        if (scheme is not ("redis" or "rediss"))
        {
            throw new FormatException($"its scheme is \"{scheme}\"; {Allowed}");
        }

        var rest = url[(schemeEnd + 3)..];
        if (rest.AsSpan().ContainsAny('?', '#'))
        {
            throw new FormatException($"has parameters behind a question mark, or a fragment; {Allowed}");
        }

        var pathStart = rest.IndexOf('/', StringComparison.Ordinal);
        var authority = pathStart < 0 ? rest : rest[..pathStart];
        var hostsStart = authority.LastIndexOf('@') + 1;
        var options = new ConfigurationOptions
        {
            // We wait for Redis ourselves, and go on without it.
            AbortOnConnectFail = false,
            ConnectTimeout = ConnectTimeout,

            // How soon a failover is noticed: who is the primary is asked every second.
            ConfigCheckSeconds = 1,

            // Nothing here is published or subscribed to: that would be a second connection to every node.
            CommandMap = CommandMap.Create(["SUBSCRIBE", "PSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "PUBLISH"], available: false),
            ConfigurationChannel = string.Empty,
            Ssl = scheme == "rediss",
            ClientName = "gateway",
            Password = ReadPassword(hostsStart > 0 ? authority[..(hostsStart - 1)] : string.Empty),
            DefaultDatabase = ReadDatabase(pathStart < 0 ? string.Empty : rest[pathStart..]),
        };
        foreach (var host in authority[hostsStart..].Split(','))
        {
            AddHost(options, host);
        }

        if (options.EndPoints.Count > 1 && options.DefaultDatabase != 0)
        {
            throw new FormatException("has several hosts and a database other than 0, which Redis Cluster does not have; allowed is one of the two");
        }

        return options;
    }

    /// <summary>The hosts, without any password.</summary>
    public static string Describe(ConfigurationOptions options) => string.Join(", ", options.EndPoints.Select(Describe));

    private static string Describe(EndPoint endPoint) => endPoint is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : $"{endPoint}";

    private static void AddHost(ConfigurationOptions options, string host)
    {
        // A scheme of our own has no default port, so that 80 or 443 is a port like any other.
        if (host.Length == 0 || !Uri.TryCreate($"redis://{host}", UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw new FormatException($"has no host, or one that is none; {Allowed}");
        }

        options.EndPoints.Add(uri.DnsSafeHost, uri.Port <= 0 ? DefaultPort : uri.Port);
    }

    private static string? ReadPassword(string userInfo)
    {
        if (userInfo.Length == 0)
        {
            return null;
        }

        var separator = userInfo.IndexOf(':', StringComparison.Ordinal);
        if (separator > 0 && userInfo[..separator] != "default")
        {
            throw new FormatException("names a user other than \"default\", which this build cannot log in as; give the password of the default user");
        }

        return Uri.UnescapeDataString(userInfo[(separator + 1)..]);
    }

    private static int ReadDatabase(string path)
    {
        var database = path.Trim('/');
        if (database.Length == 0)
        {
            return 0;
        }

        return int.TryParse(database, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"its database is no number; {Allowed}");
    }
}
