using Gateway.Keygen.Backends;
using Gateway.Keygen.Limits;
using Gateway.Keygen.Output;
using Gateway.Keygen.Quotas;

namespace Gateway.Keygen.Organizations;

/// <summary>How all about one organization is shown: a line each, scripts look them up by name.</summary>
internal static class OrganizationOutput
{
    private const string Default = "default";

    public static Task WriteAsync(Surroundings surroundings, OrganizationDetails organization, CancellationToken cancellationToken) =>
        DetailTable.WriteAsync(
            surroundings,
            [.. Rows(organization), .. Rows(organization.Keys), .. Rows(organization.Limits), .. Rows(organization.Quota), .. Rows(organization.Backend)],
            cancellationToken);

    private static IEnumerable<(string, object?)> Rows(OrganizationDetails organization) =>
    [
        ("id", organization.Id),
        ("name", organization.Name),
        ("status", organization.Status),
        ("created", organization.CreatedAt),
    ];

    private static IEnumerable<(string, object?)> Rows(KeyCounts keys)
    {
        yield return ("keys", keys.Total);
        yield return ("keys active", keys.Active);
        if (keys.OrganizationSuspended > 0)
        {
            yield return ("keys of suspended organization", keys.OrganizationSuspended);
        }

        yield return ("keys disabled", keys.Disabled);
        yield return ("keys expired", keys.Expired);
        yield return ("keys revoked", keys.Revoked);
        yield return ("keys last used", keys.LastUsedAt);
    }

    private static IEnumerable<(string, object?)> Rows(OrganizationLimits limits)
    {
        yield return ("limit per minute", Text(limits.PerMinute));
        yield return ("limit per day", Text(limits.PerDay));
        yield return ("limits of keys", (long)limits.Keys.Count);
        yield return ("limits of routes", (long)limits.Routes.Count);
        yield return ("limits in shadow", limits.AreShadow ? "all" : IsAnyShadow(limits) ? "some" : "none");
    }

    private static IEnumerable<(string, object?)> Rows(Quota quota)
    {
        yield return ("quota per month", quota.UnitsPerMonth is { } units ? $"{units} units, {quota.Enforcement}, {quota.TimeZone}" : "none");
    }

    // Addresses can contain commas, but no spaces.
    private static IEnumerable<(string, object?)> Rows(Backend backend)
    {
        yield return ("backend", backend.Addresses.Length == 0 ? Default : string.Join(' ', backend.Addresses));
    }

    private static bool IsAnyShadow(OrganizationLimits limits) =>
        limits.PerMinute is { IsShadow: true } || limits.PerDay is { IsShadow: true }
        || limits.Keys.Any(static key => key.PerMinute.IsShadow) || limits.Routes.Any(static route => route.PerMinute.IsShadow);

    private static string Text(Limit? limit) => limit is null
        ? Default
        : $"{limit.LimitUnits} units, burst {limit.BurstUnits}{(limit.IsShadow ? ", shadow" : string.Empty)}";
}
