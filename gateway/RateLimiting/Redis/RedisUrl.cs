using System.Globalization;
using StackExchange.Redis;

namespace Gateway.RateLimiting.Redis;

/// <summary>Reads <c>redis://[[user:]password@]host[:port][/database]</c>, or <c>rediss://</c> for TLS.</summary>
internal static class RedisUrl
{
    private const int DefaultPort = 6379;
    private const string Allowed = "allowed is redis://[[user:]password@]host[:port][/database], or rediss:// for TLS";

    /// <exception cref="FormatException">It is no such URL. The message never repeats the password.</exception>
    public static ConfigurationOptions Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            throw new FormatException($"is no URL; {Allowed}");
        }

        if (uri.Scheme is not ("redis" or "rediss"))
        {
            throw new FormatException($"its scheme is \"{uri.Scheme}\"; {Allowed}");
        }

        if (uri.Host.Length == 0)
        {
            throw new FormatException($"has no host; {Allowed}");
        }

        if (uri.Query.Length > 0)
        {
            throw new FormatException($"has parameters behind a question mark; {Allowed}");
        }

        var options = new ConfigurationOptions
        {
            // We wait for Redis ourselves, and go on without it.
            AbortOnConnectFail = false,
            Ssl = uri.Scheme == "rediss",
            ClientName = "gateway",
            Password = ReadPassword(uri.UserInfo),
            DefaultDatabase = ReadDatabase(uri.AbsolutePath),
        };
        options.EndPoints.Add(uri.DnsSafeHost, uri.IsDefaultPort || uri.Port < 0 ? DefaultPort : uri.Port);
        return options;
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
            : throw new FormatException($"its database \"{database}\" is no number; {Allowed}");
    }
}
