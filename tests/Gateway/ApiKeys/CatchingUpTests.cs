using System.Net;
using Gateway.ApiKeys.Synchronization;
using Gateway.Contracts.ApiKeys;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.ApiKeys;

/// <summary>When changes one after another do not tell what has changed.</summary>
public sealed class CatchingUpTests(TestServers servers)
{
    private const string AppliedIsCurrent =
        "SELECT NOT exists (SELECT FROM gateway_instances, configuration_version WHERE applied_version <> version)";

    [Fact]
    public async Task Database_that_was_restored_from_a_backup_is_followed_from_there_on()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, ("ApiKeys:PollSeconds", "1"));
        var customers = await gateway.Customers.CreateAsync(3);
        using var disabled = gateway.ClientOf(customers[0]);
        using var suspended = gateway.ClientOf(customers[1]);
        using var revoked = gateway.ClientOf(customers[2]);
        using var unknown = gateway.ClientOf(customers[0] with { Key = ApiKeyFormat.Generate(ApiKeyEnvironment.Live) });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(disabled));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(suspended));

        // The past: another state, and smaller versions. Nobody is notified.
        await gateway.Customers.ExecuteAsync(
            $"""
            BEGIN;
            ALTER TABLE api_keys DISABLE TRIGGER USER;
            ALTER TABLE organizations DISABLE TRIGGER USER;
            UPDATE api_keys SET version = 0;
            UPDATE organizations SET version = 0;
            UPDATE api_keys SET disabled_at = now() WHERE id = '{customers[0].KeyId}';
            UPDATE organizations SET status = 'suspended' WHERE id = '{customers[1].OrganizationId}';
            UPDATE configuration_version SET version = 0, reload_version = 0;
            ALTER TABLE api_keys ENABLE TRIGGER USER;
            ALTER TABLE organizations ENABLE TRIGGER USER;
            COMMIT
            """);

        await Eventually.EqualsAsync(HttpStatusCode.Unauthorized, () => StatusAsync(disabled));
        await Eventually.EqualsAsync(HttpStatusCode.Unauthorized, () => StatusAsync(suspended));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(revoked));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(unknown));
        await gateway.Customers.RevokeAsync(customers[2]);
        await Eventually.EqualsAsync(HttpStatusCode.Unauthorized, () => StatusAsync(revoked));
        await Eventually.IsTrueAsync(() => gateway.Customers.ReadAsync<bool>(AppliedIsCurrent), "the gateway says which of the new versions it has");
    }

    [Fact]
    public async Task Change_of_more_keys_than_a_query_has_time_for_is_read_with_everything()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);
        var refresher = gateway.Services.GetRequiredService<KeyRefresher>();
        var refreshed = refresher.RefreshedVersion;

        await gateway.Customers.ExecuteAsync(
            $"""
            BEGIN;
            INSERT INTO api_keys (organization_id, name, key_hash, key_prefix)
            SELECT '{customer.OrganizationId}', 'one of many', sha256(convert_to(number::text, 'UTF8')), 'sk_live_many'
            FROM generate_series(1, {KeyChanges.Maximum + 1}) AS number;
            UPDATE api_keys SET revoked_at = now() WHERE id = '{customer.KeyId}';
            COMMIT
            """);

        await Eventually.EqualsAsync(HttpStatusCode.Unauthorized, () => StatusAsync(client));
        await gateway.Customers.GatewaysAreInStepAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(refresher.RefreshedVersion > refreshed), "everything was read");
    }

    [Fact]
    public async Task Deleted_key_stops_at_its_maximum_age_when_everything_can_never_be_read_again()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend, ("ApiKeys:PollSeconds", "1"), ("ApiKeys:MaximumAgeSeconds", "3"));
        var deleted = await gateway.Customers.CreateAsync();
        var unreadable = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(deleted);

        // Only who reads everything comes across that row.
        await gateway.Customers.ExecuteAsync(
            $$"""
            BEGIN;
            ALTER TABLE api_keys DISABLE TRIGGER USER;
            ALTER TABLE api_keys DROP CONSTRAINT api_keys_allowed_networks_check;
            ALTER TABLE api_keys ALTER COLUMN allowed_networks DROP DEFAULT, ALTER COLUMN allowed_networks TYPE text[] USING allowed_networks::text[];
            UPDATE api_keys SET allowed_networks = '{nonsense}' WHERE id = '{{unreadable.KeyId}}';
            ALTER TABLE api_keys ENABLE TRIGGER USER;
            COMMIT
            """);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client));
        await gateway.Customers.ExecuteAsync("DELETE FROM api_keys WHERE id = $1", deleted.KeyId);

        await Eventually.EqualsAsync(HttpStatusCode.Unauthorized, () => StatusAsync(client));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var response = await client.GetAsync(new Uri("/", UriKind.Relative));
        return response.StatusCode;
    }
}
