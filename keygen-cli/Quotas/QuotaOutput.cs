using System.Globalization;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Quotas;

/// <summary>How a quota is shown: a line each, scripts look them up by name.</summary>
internal static class QuotaOutput
{
    public static Task WriteAsync(Surroundings surroundings, Quota quota, CancellationToken cancellationToken) =>
        DetailTable.WriteAsync(surroundings, [.. Rows(quota), .. quota.Month is { } month ? Rows(quota, month) : []], cancellationToken);

    private static IEnumerable<(string, object?)> Rows(Quota quota)
    {
        yield return ("organization", quota.OrganizationName);
        yield return ("organization id", quota.OrganizationId);
        yield return ("units per month", quota.UnitsPerMonth ?? (object)"none");
        if (quota.UnitsPerMonth is not null)
        {
            yield return ("enforcement", quota.Enforcement);
            yield return ("time zone", quota.TimeZone);
            yield return ("changed", quota.UpdatedAt);
        }
    }

    private static IEnumerable<(string, object?)> Rows(Quota quota, QuotaMonth month)
    {
        yield return ("month from", month.Start);
        yield return ("month to", month.End);
        yield return ("used units", month.UsedUnits);
        if (quota.UnitsPerMonth is { } units)
        {
            yield return ("used", string.Create(CultureInfo.InvariantCulture, $"{100m * month.UsedUnits / units:0.#} %"));
            yield return ("left units", Math.Max(0, units - month.UsedUnits));
        }

        foreach (var alert in month.Alerts)
        {
            yield return (
                string.Create(CultureInfo.InvariantCulture, $"{alert.Threshold} % reached"),
                string.Create(CultureInfo.InvariantCulture, $"{Cell.Time(alert.RaisedAt)}, {alert.UsedUnits} of {alert.QuotaUnits}"));
        }
    }
}
