using Npgsql;

namespace Gateway.Database.Urls;

/// <summary>In libpq the keepalive settings stand on their own; Npgsql refuses combinations that ask for nothing.</summary>
internal static class KeepAliveRules
{
    public static void Apply(NpgsqlConnectionStringBuilder builder, IReadOnlyDictionary<string, string> values)
    {
        if (values.GetValueOrDefault("keepalives") == "0")
        {
            builder.TcpKeepAliveTime = 0;
        }

        if (builder.TcpKeepAliveTime == 0)
        {
            builder.TcpKeepAliveInterval = 0;
        }
    }
}
