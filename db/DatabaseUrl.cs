using Gateway.Database.Urls;
using Npgsql;

namespace Gateway.Database;

/// <summary>
/// Reads <c>postgresql://</c> URLs as libpq does
/// (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS): percent-encoding, several hosts,
/// IPv6 addresses in brackets, UNIX sockets, parameters. The differences: a missing host is <c>localhost</c>,
/// and where libpq would quietly take part of a password for something else, the URL is refused.
/// </summary>
public static class DatabaseUrl
{
    /// <summary>The URL as Npgsql's connection string. Without a user or database Npgsql's own defaults hold.</summary>
    /// <exception cref="FormatException">
    /// It is no such URL. The message is one line that says what is wrong and what is allowed. It names parts and
    /// parameters and never repeats a value, because any of them could be a piece of a password that was not encoded.
    /// </exception>
    public static NpgsqlConnectionStringBuilder Parse(string url)
    {
        var values = ConnectionUrl.Read(url);
        var builder = new NpgsqlConnectionStringBuilder();
        HostList.Apply(builder, values.GetValueOrDefault("host"), values.GetValueOrDefault("port"));
        foreach (var (name, value) in values)
        {
            UrlParameters.Apply(builder, name, value);
        }

        builder.Database ??= builder.Username;
        builder.ApplicationName ??= values.GetValueOrDefault("fallback_application_name");
        CertificateRules.Apply(builder, values);
        ServerRoleRules.Apply(builder);
        KeepAliveRules.Apply(builder, values);
        return builder;
    }
}
