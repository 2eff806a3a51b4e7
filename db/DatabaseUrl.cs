using Npgsql;

namespace Gateway.Database;

/// <summary>Reads <c>postgresql://</c> URLs as libpq does.</summary>
public static class DatabaseUrl
{
    /// <summary>The URL as Npgsql's connection string.</summary>
    /// <exception cref="FormatException">It is no such URL. The message says what is wrong and never repeats the password.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string url)
    {
        var uri = new Uri(url);
        var user = uri.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = uri.AbsolutePath.TrimStart('/'),
        };
    }
}
