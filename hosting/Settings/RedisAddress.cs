using System.Globalization;

namespace Gateway.Hosting.Settings;

/// <summary>
/// Where a Redis is and how to log in, as <c>REDIS_URL</c> says: <c>redis://[[user:]password@]host[:port][,host[:port]…][/database]</c>,
/// or <c>rediss://</c> for TLS. Several hosts are nodes of one Redis Cluster, or one primary and its replicas.
/// </summary>
/// <param name="Hosts">Names or IP addresses with ports, at least one.</param>
/// <param name="User">Who logs in; <c>null</c> for the user <c>default</c>, whom every Redis knows.</param>
/// <param name="Password">Of that user; <c>null</c> for none.</param>
/// <param name="Database">Its number; 0 where there are several hosts.</param>
/// <param name="IsEncrypted">Whether it is spoken to over TLS.</param>
public sealed record RedisAddress(IReadOnlyList<(string Host, int Port)> Hosts, string? User, string? Password, int Database, bool IsEncrypted)
{
    /// <summary>What the URL looks like, for messages.</summary>
    public const string Form = "redis://[[user:]password@]host[:port][,host[:port]…][/database]";

    private const int DefaultPort = 6379;
    private const string Allowed = $"allowed is {Form}, or rediss:// for TLS";

    /// <summary>Reads a URL.</summary>
    /// <exception cref="FormatException">It is no such URL. The message never repeats the password.</exception>
    public static RedisAddress Parse(string url)
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
        var (user, password) = ReadUser(hostsStart > 0 ? authority[..(hostsStart - 1)] : string.Empty);
        var database = ReadDatabase(pathStart < 0 ? string.Empty : rest[pathStart..]);
        var hosts = Array.ConvertAll(authority[hostsStart..].Split(','), ReadHost);
        return hosts.Length == 1 || database == 0
            ? new RedisAddress(hosts, user, password, database, scheme == "rediss")
            : throw new FormatException("has several hosts and a database other than 0, which Redis Cluster does not have; allowed is one of the two");
    }

    /// <summary>The hosts, without any password.</summary>
    public override string ToString() => string.Join(", ", Hosts.Select(static host => host.Host.Contains(':', StringComparison.Ordinal) ? $"[{host.Host}]:{host.Port}" : $"{host.Host}:{host.Port}"));

    private static (string Host, int Port) ReadHost(string host)
    {
        // A scheme of our own has no default port, so that 80 or 443 is a port like any other.
        if (host.Length == 0 || !Uri.TryCreate($"redis://{host}", UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw new FormatException($"has no host, or one that is none; {Allowed}");
        }

        return (uri.DnsSafeHost, uri.Port <= 0 ? DefaultPort : uri.Port);
    }

    private static (string? User, string? Password) ReadUser(string userInfo)
    {
        if (userInfo.Length == 0)
        {
            return (null, null);
        }

        // Without a colon it is a password.
        var separator = userInfo.IndexOf(':', StringComparison.Ordinal);
        var user = Uri.UnescapeDataString(userInfo[..Math.Max(separator, 0)]);
        return (user is "" or "default" ? null : user, Uri.UnescapeDataString(userInfo[(separator + 1)..]));
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
