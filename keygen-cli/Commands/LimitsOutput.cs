using Gateway.Keygen.Limits;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary>What all <c>keygen limits</c> commands print: how the limits are now.</summary>
internal static class LimitsOutput
{
    // Scripts cut these columns out by number: new ones go to the end.
    private static readonly Column<Line>[] Columns =
    [
        .. ColumnsBesideSubject,
        new("KEY ID", line => line.Key?.ApiKeyId),
        new("KEY NAME", line => line.Key?.ApiKeyName),
        new("ROUTE", line => line.Route),
    ];

    private static readonly Column<Line>[] ColumnsForPeople =
    [
        .. ColumnsBesideSubject,
        new("KEY ID", line => line.Key is { } key ? Cell.Abbreviate(key.ApiKeyId) : null) { IsUnbroken = true },
        .. Columns.AsSpan(Columns.Length - 2),
    ];

    private static Column<Line>[] ColumnsBesideSubject =>
    [
        new("PERIOD", line => line.Period) { IsUnbroken = true },
        new("LIMIT (UNITS)", line => line.Limit?.LimitUnits ?? (object)"default") { IsNumber = true },
        new("BURST (UNITS)", line => line.Limit?.BurstUnits ?? (object)"default") { IsNumber = true },
        new("CHANGED (UTC)", line => line.Limit?.UpdatedAt),
        new("SHADOW", line => line.IsShadow ? "yes" : "no") { IsUnbroken = true },
    ];

    public static Task WriteAsync(Surroundings surroundings, OrganizationLimits limits, CancellationToken cancellationToken) =>
        WriteAsync(surroundings, limits, limits.Keys.ToAsyncEnumerable(), limits.Routes.ToAsyncEnumerable(), cancellationToken);

    /// <summary>Writes the limits of keys and routes as they come.</summary>
    public static async Task WriteAsync(
        Surroundings surroundings,
        CommonLimits common,
        IAsyncEnumerable<KeyLimit> keys,
        IAsyncEnumerable<RouteLimit> routes,
        CancellationToken cancellationToken)
    {
        if (common.AreShadow)
        {
            await surroundings.Error.WriteLineAsync(
                $"All limits of {common.OrganizationName} are in shadow and refuse nothing. To enforce them:  keygen limits shadow off --org-id {common.OrganizationId}");
        }

        Line[] ofAll = [NewLine(LimitStore.Minute, common.PerMinute), NewLine(LimitStore.Day, common.PerDay)];
        var lines = ofAll.ToAsyncEnumerable()
            .Concat(keys.Select(key => NewLine(LimitStore.Minute, key.PerMinute) with { Key = key }))
            .Concat(routes.Select(route => NewLine(LimitStore.Minute, route.PerMinute) with { Route = route.Route }));
        await new TextTable<Line>(surroundings, surroundings.IsOutputTerminal ? ColumnsForPeople : Columns)
            .WriteAsync(lines, total: null, cancellationToken);

        Line NewLine(string period, Limit? limit) => new(period, limit, common.AreShadow || limit is { IsShadow: true });
    }

    /// <param name="Period">minute or day.</param>
    /// <param name="Limit">Null for the default.</param>
    /// <param name="IsShadow">Whether it refuses nothing: because of its own mark, or the organization's.</param>
    private sealed record Line(string Period, Limit? Limit, bool IsShadow)
    {
        public KeyLimit? Key { get; init; }

        public string? Route { get; init; }
    }
}
