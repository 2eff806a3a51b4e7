using System.Text.RegularExpressions;

namespace Gateway.LoadTests.Ingest;

/// <summary>What one kind of statement took.</summary>
/// <param name="Kind">What it does to which table.</param>
/// <param name="Calls">How often it ran.</param>
/// <param name="Milliseconds">All of them together, as PostgreSQL measured them. A COPY waits for its client meanwhile.</param>
internal sealed partial record StatementCost(string Kind, long Calls, double Milliseconds)
{
    private const string Other = "other";

    /// <summary>The kind of a statement by its text: the first table that it writes.</summary>
    public static string KindOf(string sql)
    {
        var write = Writes.Match(sql);
        if (write.Success)
        {
            return $"{write.Groups["verb"].Value.ToUpperInvariant()} {write.Groups["table"].Value}";
        }

        return sql.StartsWith("COMMIT", StringComparison.OrdinalIgnoreCase) ? "COMMIT" : Other;
    }

    /// <summary>The same kinds added up, the costliest first.</summary>
    public static IReadOnlyList<StatementCost> Of(IEnumerable<(string Sql, long Calls, double Milliseconds)> statements) =>
    [
        .. statements
            .GroupBy(statement => KindOf(statement.Sql))
            .Select(kind => new StatementCost(kind.Key, kind.Sum(one => one.Calls), kind.Sum(one => one.Milliseconds)))
            .OrderByDescending(cost => cost.Milliseconds),
    ];

    // Not the lock of a SELECT … FOR UPDATE.
    [GeneratedRegex(
        @"(?<!FOR\s+)\b(?<verb>COPY|INSERT INTO|UPDATE)\s+(?<table>\w+)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Writes { get; }
}
