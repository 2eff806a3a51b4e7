using Gateway.ApiKeys;
using Gateway.Contracts.ApiKeys;
using Gateway.Organizations;
using Gateway.RateLimiting.Limits;
using Gateway.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.ApiKeys;

/// <summary>What a running gateway knows of the limits and quotas in the database.</summary>
public sealed class LimitReadingTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string OfKey =
        "INSERT INTO rate_limit_configs (organization_id, period, api_key_id, limit_units, burst_units, is_shadow) VALUES ($1, 'minute', $2, $3, $4, $5)";

    private const string OfRoute =
        "INSERT INTO rate_limit_configs (organization_id, period, route, limit_units, burst_units, is_shadow) VALUES ($1, 'minute', $2, $3, $4, $5)";

    private readonly Customers _customers = shared.Gateway.Customers;

    [Fact]
    public async Task Organizations_without_limits_of_their_own_share_one_object()
    {
        var customers = await _customers.CreateAsync(4);
        await SetAllShadowAsync(customers[2]);
        await SetAllShadowAsync(customers[3]);
        await _customers.GatewaysAreInStepAsync();

        Assert.Equal(new LimitTerms(new BucketSize(600, 600)), LimitsOf(customers[0]).PerMinute);
        Assert.Equal(new LimitTerms(new BucketSize(100_000, 100_000)), LimitsOf(customers[0]).PerDay);
        Assert.Same(LimitsOf(customers[0]), LimitsOf(customers[1]));
        Assert.Same(LimitsOf(customers[2]), LimitsOf(customers[3]));
        Assert.True(LimitsOf(customers[2]).AreShadow);
        Assert.Empty(LimitsOf(customers[0]).Keys);
        Assert.Empty(LimitsOf(customers[0]).Routes);
        Assert.Null(LimitsOf(customers[0]).Quota);
    }

    [Fact]
    public async Task All_limits_of_an_organization_are_read_each_with_its_own_mark()
    {
        var customer = await _customers.CreateAsync();
        await _customers.LimitAsync(customer, "day", 1000, 500);
        await _customers.ExecuteAsync(OfKey, customer.OrganizationId, customer.KeyId, 60L, 20L, true);
        await _customers.ExecuteAsync(OfRoute, customer.OrganizationId, "reports", 10L, 1L, false);
        await _customers.ExecuteAsync(OfRoute, customer.OrganizationId, "Reports", 11L, 2L, true);
        await SetAllShadowAsync(customer);
        await _customers.GatewaysAreInStepAsync();

        var limits = LimitsOf(customer);

        Assert.Equal(new LimitTerms(new BucketSize(600, 600)), limits.PerMinute);
        Assert.Equal(new LimitTerms(new BucketSize(1000, 500)), limits.PerDay);
        Assert.Equal(new LimitTerms(new BucketSize(60, 20), IsShadow: true), Assert.Single(limits.Keys, limit => limit.Key == customer.KeyId).Value);
        Assert.Equal(2, limits.Routes.Count);
        Assert.Equal(new LimitTerms(new BucketSize(10, 1)), limits.Routes["reports"]);
        Assert.Equal(new LimitTerms(new BucketSize(11, 2), IsShadow: true), limits.Routes["Reports"]);
        Assert.True(limits.AreShadow);
    }

    [Fact]
    public async Task Every_change_of_a_limit_or_a_quota_arrives()
    {
        var customer = await _customers.CreateAsync();
        var id = customer.OrganizationId;

        await _customers.ExecuteAsync(OfRoute, id, "reports", 10L, 10L, false);
        await ArrivesAsync(customer, limits => limits.Routes.ContainsKey("reports"));
        await _customers.ExecuteAsync("UPDATE rate_limit_configs SET is_shadow = true WHERE organization_id = $1", id);
        await ArrivesAsync(customer, limits => limits.Routes["reports"].IsShadow);
        await _customers.ExecuteAsync("UPDATE rate_limit_configs SET api_key_id = $2, route = NULL WHERE organization_id = $1", id, customer.KeyId);
        await ArrivesAsync(customer, limits => limits.Routes.Count == 0 && limits.Keys.ContainsKey(customer.KeyId));
        await _customers.ExecuteAsync("DELETE FROM rate_limit_configs WHERE organization_id = $1", id);
        await ArrivesAsync(customer, limits => limits.Keys.Count == 0);

        await _customers.ExecuteAsync("INSERT INTO quotas (organization_id, units_per_month) VALUES ($1, 1000)", id);
        await ArrivesAsync(customer, limits => limits.Quota is { UnitsPerMonth: 1000, IsHard: true } quota && quota.TimeZone.Equals(TimeZoneInfo.Utc));
        await _customers.ExecuteAsync("UPDATE quotas SET enforcement = 'soft', time_zone = 'Europe/Berlin' WHERE organization_id = $1", id);
        await ArrivesAsync(customer, limits => limits.Quota is { IsHard: false, TimeZone.Id: "Europe/Berlin" });
        await _customers.ExecuteAsync("DELETE FROM quotas WHERE organization_id = $1", id);
        await ArrivesAsync(customer, limits => limits.Quota is null);
        await SetAllShadowAsync(customer);
        await ArrivesAsync(customer, limits => limits.AreShadow);
    }

    [Fact]
    public async Task Quota_of_a_zone_that_is_not_known_here_holds_and_keeps_no_other_change_away()
    {
        var customer = await _customers.CreateAsync();

        // PostgreSQL knows zones by their rules too.
        await _customers.ExecuteAsync(
            "INSERT INTO quotas (organization_id, units_per_month, time_zone) VALUES ($1, 1000, 'LAB-3:25')", customer.OrganizationId);
        await ArrivesAsync(customer, limits => limits.Quota is { UnitsPerMonth: 1000 } quota && quota.TimeZone.Equals(TimeZoneInfo.Utc));

        await _customers.LimitAsync(customer, "minute", 5, 5);
        await ArrivesAsync(customer, limits => limits.PerMinute.Size.Limit == 5);
    }

    [Fact]
    public async Task All_ways_to_read_an_organization_read_the_same()
    {
        var customer = await _customers.CreateAsync();
        await _customers.LimitAsync(customer, "minute", 60, 20);
        await _customers.ExecuteAsync(OfRoute, customer.OrganizationId, "reports", 10L, 1L, false);
        await _customers.ExecuteAsync(OfKey, customer.OrganizationId, customer.KeyId, 7L, 8L, true);
        await _customers.ExecuteAsync(
            "INSERT INTO quotas (organization_id, units_per_month, enforcement, time_zone) VALUES ($1, 1000, 'soft', 'Asia/Kolkata')", customer.OrganizationId);
        await _customers.GatewaysAreInStepAsync();
        var changed = Describe(LimitsOf(customer));

        var asked = await shared.Gateway.Services.GetRequiredService<IApiKeySource>().ReadAsync(ApiKeyHash.Of(customer.Key));
        Assert.Equal(changed, Describe(asked.Organization!.Limits));

        // A gateway that starts reads everything.
        await using var second = await GatewayUnderTest.StartAsync(
            shared.Servers, shared.Backend, (Contracts.EnvironmentVariables.DatabaseUrl, shared.Gateway.DatabaseUrl));
        Assert.Equal(changed, Describe(TermsOf(second, customer).Limits));
    }

    private static string Describe(OrganizationLimits limits) => string.Join(
        ' ',
        [limits.PerMinute, limits.PerDay, limits.AreShadow, limits.Quota, .. limits.Keys.Select(limit => (object)limit), .. limits.Routes.Select(limit => (object)limit)]);

    private static OrganizationTerms TermsOf(GatewayUnderTest gateway, Customer customer)
    {
        Assert.True(gateway.Services.GetRequiredService<ApiKeyStore>().TryFindInMemory(ApiKeyHash.Of(customer.Key), out var lookup));
        return lookup.Key!.Organization.Terms;
    }

    private OrganizationLimits LimitsOf(Customer customer) => TermsOf(shared.Gateway, customer).Limits;

    private async Task ArrivesAsync(Customer customer, Predicate<OrganizationLimits> isAsExpected)
    {
        await _customers.GatewaysAreInStepAsync();
        Assert.True(isAsExpected(LimitsOf(customer)), Describe(LimitsOf(customer)));
    }

    private Task SetAllShadowAsync(Customer customer) =>
        _customers.ExecuteAsync("UPDATE organizations SET limits_are_shadow = true WHERE id = $1", customer.OrganizationId);
}
