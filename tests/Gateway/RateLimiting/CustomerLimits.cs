using Gateway.Tests.Fixtures;

namespace Gateway.Tests.RateLimiting;

/// <summary>Gives customers the limits that are rarer than those of whole organizations.</summary>
internal static class CustomerLimits
{
    public static Task LimitKeyAsync(this Customers customers, Customer customer, long limit, long burst) => InStepAsync(
        customers,
        "INSERT INTO rate_limit_configs (organization_id, api_key_id, period, limit_units, burst_units) VALUES ($1, $2, 'minute', $3, $4)",
        customer.OrganizationId, customer.KeyId, limit, burst);

    public static Task LimitRouteAsync(this Customers customers, Customer customer, string route, long limit, long burst) => InStepAsync(
        customers,
        "INSERT INTO rate_limit_configs (organization_id, route, period, limit_units, burst_units) VALUES ($1, $2, 'minute', $3, $4)",
        customer.OrganizationId, route, limit, burst);

    /// <summary>A limit of the organization that only counts.</summary>
    public static async Task ShadowLimitAsync(this Customers customers, Customer customer, string period, long limit, long burst)
    {
        await customers.LimitAsync(customer, period, limit, burst);
        await InStepAsync(
            customers,
            "UPDATE rate_limit_configs SET is_shadow = true WHERE organization_id = $1 AND period = $2",
            customer.OrganizationId, period);
    }

    /// <summary>All of the organization's limits only count.</summary>
    public static Task ShadowAsync(this Customers customers, Customer customer) => InStepAsync(
        customers, "UPDATE organizations SET limits_are_shadow = true WHERE id = $1", customer.OrganizationId);

    public static Task GiveQuotaAsync(this Customers customers, Customer customer, long units, string enforcement = "hard") => InStepAsync(
        customers,
        "INSERT INTO quotas (organization_id, units_per_month, enforcement) VALUES ($1, $2, $3)",
        customer.OrganizationId, units, enforcement);

    private static async Task InStepAsync(Customers customers, string sql, params object[] values)
    {
        await customers.ExecuteAsync(sql, values);
        await customers.GatewaysAreInStepAsync();
    }
}
