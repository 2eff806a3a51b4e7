using Gateway.Keygen.Limits;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary>What all <c>keygen limits</c> commands print: how the limits are now.</summary>
internal static class LimitsOutput
{
    private static readonly Column<(string Period, Limit? Limit)>[] Columns =
    [
        new("PERIOD", row => row.Period) { IsUnbroken = true },
        new("LIMIT (UNITS)", row => row.Limit?.LimitUnits ?? (object)"default") { IsNumber = true },
        new("BURST (UNITS)", row => row.Limit?.BurstUnits ?? (object)"default") { IsNumber = true },
        new("CHANGED (UTC)", row => row.Limit?.UpdatedAt),
    ];

    public static Task WriteAsync(Surroundings surroundings, OrganizationLimits limits, bool json, CancellationToken cancellationToken) =>
        json
            ? JsonLines.WriteObjectAsync(surroundings.Output, limits, KeygenJson.Readable.OrganizationLimits)
            : new TextTable<(string, Limit?)>(surroundings, Columns).WriteAsync(
                new[] { (LimitStore.Minute, limits.PerMinute), (LimitStore.Day, limits.PerDay) }.ToAsyncEnumerable(),
                total: null,
                cancellationToken);
}
