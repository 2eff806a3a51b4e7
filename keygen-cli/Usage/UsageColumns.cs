using System.Globalization;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Usage;

/// <summary>How parts of usage are listed.</summary>
internal static class UsageColumns
{
    private const int ShortestBar = 10;
    private const int LongestBar = 40;

    /// <summary>What a line is wide without its bar, mostly: a name and three numbers.</summary>
    private const int WidthBesideBar = 64;

    /// <summary>Scripts cut these columns out by number: new ones go to the end, and so in <see cref="TotalForPrograms"/>.</summary>
    public static IReadOnlyList<Column<UsagePart>> ForPrograms(UsageGrouping by) =>
    [
        .. by switch
        {
            UsageGrouping.Key => (Column<UsagePart>[])[new("KEY ID", part => part.ApiKeyId), new("NAME", part => part.ApiKeyName)],
            UsageGrouping.Route => [new("ROUTE", part => part.Route)],
            UsageGrouping.Organization => [new("ORGANIZATION ID", part => part.OrganizationId), new("ORGANIZATION", part => part.OrganizationName)],
            _ => [new("START", part => part.Start)],
        },
        .. Totals,
    ];

    /// <summary>Programs look these columns up by name: none is renamed.</summary>
    public static IReadOnlyList<Column<UsagePart>> ForCsv(UsageGrouping by) =>
    [
        .. by switch
        {
            UsageGrouping.Key => (Column<UsagePart>[])[new("apiKeyId", part => part.ApiKeyId), new("apiKeyName", part => part.ApiKeyName)],
            UsageGrouping.Route => [new("route", part => part.Route)],
            UsageGrouping.Organization => [new("organizationId", part => part.OrganizationId), new("organizationName", part => part.OrganizationName)],
            _ => [new("start", part => part.Start)],
        },
        new("requests", part => part.Requests),
        new("billableRequests", part => part.BillableRequests),
        new("billableUnits", part => part.BillableUnits),
        new("requestBytes", part => part.RequestBytes),
        new("responseBytes", part => part.ResponseBytes),
    ];

    /// <summary>What is looked at first, with a bar for the units. The bytes are in every other form.</summary>
    /// <param name="by">What the parts are of.</param>
    /// <param name="width">Of the terminal, in characters.</param>
    public static IReadOnlyList<Column<UsagePart>> ForPeople(UsageGrouping by, int width)
    {
        var barWidth = Math.Clamp(width - WidthBesideBar, ShortestBar, LongestBar);
        return
        [
            .. by switch
            {
                UsageGrouping.Key => (Column<UsagePart>[])
                [
                    new("KEY ID", part => part.ApiKeyId is { } id ? Cell.Abbreviate(id) : null) { IsUnbroken = true },
                    new("NAME", part => part.ApiKeyName),
                ],
                UsageGrouping.Route => [new("ROUTE", part => part.Route)],
                UsageGrouping.Organization =>
                [
                    new("ID", part => part.OrganizationId is { } id ? Cell.Abbreviate(id) : null) { IsUnbroken = true },
                    new("ORGANIZATION", part => part.OrganizationName),
                ],
                _ => [new($"{by.ToString().ToUpperInvariant()} (UTC)", part => Start(part.Start, by)) { IsUnbroken = true }],
            },
            .. Totals.AsSpan(0, 3),
            new(string.Empty, part => Bar.Of(part.BillableUnits, part.HighestUnits, barWidth)) { IsUnbroken = true, Tone = _ => Tone.Accent },
        ];
    }

    /// <summary>The last line of what programs get.</summary>
    public static IReadOnlyList<object?> TotalForPrograms(UsageTotals total, UsageGrouping by) =>
    [
        "total", .. by is UsageGrouping.Key ? (object?[])[null] : [],
        total.Requests, total.BillableRequests, total.BillableUnits, total.RequestBytes, total.ResponseBytes,
    ];

    /// <summary>The foot of the table that people get.</summary>
    public static IReadOnlyList<object?> TotalForPeople(UsageTotals total, UsageGrouping by) =>
        [.. TotalForPrograms(total, by).SkipLast(2), null];

    private static Column<UsagePart>[] Totals =>
    [
        new("REQUESTS", part => part.Requests) { IsNumber = true },
        new("BILLABLE", part => part.BillableRequests) { IsNumber = true },
        new("UNITS", part => part.BillableUnits) { IsNumber = true },
        new("BYTES IN", part => part.RequestBytes) { IsNumber = true },
        new("BYTES OUT", part => part.ResponseBytes) { IsNumber = true },
    ];

    private static string? Start(DateTime? start, UsageGrouping by) => start?.ToString(
        by switch { UsageGrouping.Month => "yyyy-MM", UsageGrouping.Day => "yyyy-MM-dd", _ => "yyyy-MM-dd HH:mm" }, CultureInfo.InvariantCulture);
}
