using System.Net;
using System.Net.Sockets;

namespace Gateway.Database.Urls;

/// <summary>Takes a <c>postgresql://</c> URL apart into libpq's parameters. A later one replaces an earlier one.</summary>
internal static class ConnectionUrl
{
    private const string Form = "postgresql://user:password@host:port/database?parameter=value";
    private static readonly string[] Schemes = ["postgresql://", "postgres://"];

    /// <summary>The parameters by name, decoded; parts that are missing or empty are not there.</summary>
    public static IReadOnlyDictionary<string, string> Read(string url)
    {
        var scheme = Schemes.FirstOrDefault(scheme => url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            ?? throw Refuse("is no PostgreSQL URL");
        if (url.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)))
        {
            throw Refuse("has a space, tab or line break in it (a space that belongs there is written as %20)");
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = ReadUser(url[scheme.Length..], values);
        var (beforeQuery, query) = Cut(rest, '?');
        var (hosts, database) = Cut(beforeQuery, '/');
        ReadHosts(hosts, values);
        Store(values, "dbname", "database", database);
        ReadQuery(query, values);
        return values;
    }

    private static string ReadUser(string text, Dictionary<string, string> values)
    {
        var end = text.IndexOf('@', StringComparison.Ordinal);
        if (end < 0)
        {
            return text;
        }

        // libpq would go on with half a password as the host's name, which then shows up in its messages.
        var (user, password) = Cut(text[..end], ':');
        if (text.IndexOf('@', end + 1) >= 0 || text.IndexOf('/', 0, end) >= 0 || user.Contains('?', StringComparison.Ordinal))
        {
            throw Refuse("is ambiguous: in a user name or password write @ as %40, / as %2F, : as %3A, ? as %3F, and elsewhere @ as %40");
        }

        Store(values, "user", "user", user);
        Store(values, "password", "password", password);
        return text[(end + 1)..];
    }

    private static void ReadHosts(string text, Dictionary<string, string> values)
    {
        var hosts = new List<string>();
        var ports = new List<string>();
        foreach (var entry in text.Split(','))
        {
            var (host, port) = entry.StartsWith('[') ? CutAddress(entry) : Cut(entry, ':');
            hosts.Add(PercentEncoding.Decode(host, "host"));
            ports.Add(port);
        }

        Store(values, "host", hosts);
        Store(values, "port", ports);
    }

    private static (string Host, string Port) CutAddress(string entry)
    {
        var end = entry.IndexOf(']', StringComparison.Ordinal);
        var after = end < 0 ? string.Empty : entry[(end + 1)..];
        return end > 0
            && IPAddress.TryParse(entry.AsSpan(1, end - 1), out var address)
            && address.AddressFamily == AddressFamily.InterNetworkV6
            && (after.Length == 0 || after[0] == ':')
            ? (entry[1..end], after.TrimStart(':'))
            : throw Refuse("has an IPv6 address that is not written as [address] or [address]:port");
    }

    private static void ReadQuery(string query, Dictionary<string, string> values)
    {
        var isAfterSecret = false;
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (encodedName, value) = Cut(pair, '=');
            var name = PercentEncoding.Decode(encodedName, "name of a parameter");
            if (!UrlParameters.IsKnown(name) || !pair.Contains('=', StringComparison.Ordinal))
            {
                // What follows a password may be the rest of it, cut at an & that was not encoded.
                throw new FormatException(isAfterSecret
                    ? "what follows the password parameter is no parameter; in a password write & as %26"
                    : UrlParameters.DescribeUnknown(name));
            }

            isAfterSecret |= UrlParameters.IsSecret(name);
            Store(values, name, $"parameter {name}", value);
        }
    }

    private static void Store(Dictionary<string, string> values, string name, string part, string encoded)
    {
        if (encoded.Length > 0)
        {
            values[name] = PercentEncoding.Decode(encoded, part);
        }
    }

    private static void Store(Dictionary<string, string> values, string name, List<string> items)
    {
        if (items.Exists(item => item.Length > 0))
        {
            values[name] = string.Join(',', items);
        }
    }

    private static (string Before, string After) Cut(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, string.Empty) : (text[..at], text[(at + 1)..]);
    }

    private static FormatException Refuse(string problem) => new($"it {problem}; allowed is {Form}");
}
