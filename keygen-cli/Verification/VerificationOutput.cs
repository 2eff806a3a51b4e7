using System.Globalization;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Limits;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Verification;

/// <summary>How a verification is shown: a line each; scripts look them up by name, so none is renamed.</summary>
internal static class VerificationOutput
{
    public static Task WriteAsync(Surroundings surroundings, VerificationReport report, CancellationToken cancellationToken) =>
        DetailTable.WriteAsync(
            surroundings,
            [
                ("works", report.Works switch { true => "yes", false => "no", null => "not asked" }),
                ("verdict", report.Verdict),
                ("reason", report.Reason),
                .. report.Key is { } key ? ApiKeyDetails.Rows(surroundings, key) : [],
                .. report.Limits is { } limits ? Limits(limits) : [],
            ],
            cancellationToken);

    private static IEnumerable<(string Name, object? Value)> Limits(OrganizationLimits limits) =>
    [
        ("limit per minute", Text(limits.PerMinute, limits.AreShadow)),
        ("limit per day", Text(limits.PerDay, limits.AreShadow)),
        .. limits.Keys.Select(key => ("own limit per minute", (object?)Text(key.PerMinute, limits.AreShadow))),
        .. limits.Routes.Select(route => ($"limit per minute of route {route.Route}", (object?)Text(route.PerMinute, limits.AreShadow))),
    ];

    private static string Text(Limit? limit, bool areShadow) =>
        (limit is null ? "default" : string.Create(CultureInfo.InvariantCulture, $"{limit.LimitUnits} units, burst {limit.BurstUnits}"))
        + (areShadow || limit is { IsShadow: true } ? ", in shadow" : string.Empty);
}
