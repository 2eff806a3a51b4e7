using Dapper;
using Gateway.Database.Tests.Databases;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Database.Tests.Schema;

public sealed class OrganizationChangedTests(TestServers servers)
{
    private const string One = "00000000-0000-0000-0000-000000000001";
    private const string Two = "00000000-0000-0000-0000-000000000002";

    private const string Given =
        $"""
        INSERT INTO organizations (id, name) VALUES ('{One}', 'One'), ('{Two}', 'Two');
        INSERT INTO rate_limit_configs VALUES ('{One}', 'minute', 1, 1);
        INSERT INTO api_keys (id, organization_id, name, key_hash, key_prefix) VALUES ('{One}', '{One}', 'key', sha256('x'), 'sk_live_abcd');
        """;

    [Theory]
    [InlineData("INSERT INTO organizations (id, name) VALUES ('00000000-0000-0000-0000-000000000003', 'Three')", "00000000-0000-0000-0000-000000000003")]
    [InlineData($"UPDATE organizations SET status = 'suspended' WHERE id = '{Two}'", Two)]
    [InlineData($"DELETE FROM organizations WHERE id = '{Two}'", Two)]
    [InlineData("UPDATE api_keys SET revoked_at = now()", One)]
    [InlineData("DELETE FROM api_keys", One)]
    [InlineData("UPDATE rate_limit_configs SET limit_units = 2", One)]
    [InlineData("DELETE FROM rate_limit_configs", One)]
    [InlineData($"UPDATE rate_limit_configs SET organization_id = '{Two}'", One, Two)]
    [InlineData($"INSERT INTO quotas (organization_id, units_per_month) VALUES ('{Two}', 1)", Two)]
    [InlineData($"UPDATE organizations SET limits_are_shadow = true WHERE id = '{Two}'", Two)]
    [InlineData("UPDATE api_keys SET revoked_at = now(); UPDATE api_keys SET name = 'again'", One)]
    public async Task Change_notifies_each_organization_that_it_touches_once(string change, params string[] organizations)
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync(Given);
        await using var listener = await database.ConnectAsync();
        var payloads = new List<string>();
        listener.Notification += (_, notification) => payloads.Add(notification.Payload);
        await listener.ExecuteAsync("LISTEN organization_changed");

        await database.ExecuteAsync($"BEGIN; {change}; COMMIT; NOTIFY organization_changed, 'end'");
        while (!payloads.Contains("end"))
        {
            Assert.True(await listener.WaitAsync(TimeSpan.FromSeconds(30)), "a notification arrives");
        }

        Assert.Equal(organizations, payloads.SkipLast(1).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Change_that_is_rolled_back_notifies_nobody()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync(Given);
        await using var listener = await database.ConnectAsync();
        NpgsqlNotificationEventArgs? received = null;
        listener.Notification += (_, notification) => received ??= notification;
        await listener.ExecuteAsync("LISTEN organization_changed");

        await database.ExecuteAsync("BEGIN; DELETE FROM api_keys; ROLLBACK; NOTIFY organization_changed, 'end'");
        await listener.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("end", received?.Payload);
    }
}
