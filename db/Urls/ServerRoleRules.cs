using Npgsql;

namespace Gateway.Database.Urls;

/// <summary>Npgsql chooses among several hosts by their role, and refuses to look at the role of a single one.</summary>
internal static class ServerRoleRules
{
    public static void Apply(NpgsqlConnectionStringBuilder builder)
    {
        if (builder.TargetSessionAttributes is not { } role || builder.Host!.Contains(',', StringComparison.Ordinal))
        {
            return;
        }

        if (role is "read-only" or "standby")
        {
            throw new FormatException($"target_session_attrs {role} needs several hosts; with one host it is any, read-write, primary or prefer-standby");
        }

        // Of a single host read-write and primary say only what is true of every server that we can write to.
        builder.TargetSessionAttributes = null;
    }
}
