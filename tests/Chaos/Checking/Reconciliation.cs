using System.Globalization;
using System.Text.Json;
using Gateway.Chaos.Faults;
using Gateway.Testing;

namespace Gateway.Chaos.Checking;

/// <summary>What <c>keygen reconcile</c> says, and whether the campaign knows why.</summary>
/// <param name="ExitCode">As scripts see it.</param>
/// <param name="Missing">Sequences that it misses.</param>
/// <param name="Doubled">Sequences that it has twice.</param>
/// <param name="Differences">Totals that differ.</param>
/// <param name="Explained">Of the missing ones, those whose only record the campaign has destroyed.</param>
/// <param name="Sources">Starts of gateways that it knows of.</param>
/// <param name="Text">Its sources that miss or double anything, and what it said if it failed.</param>
internal sealed record Reconciliation(
    int ExitCode, long Missing, long Doubled, long Differences, long Explained, int Sources, IReadOnlyList<string> Text)
{
    private static readonly TimeSpan Around = TimeSpan.FromHours(1);

    /// <summary>Nothing is missing that was not destroyed on purpose.</summary>
    public bool IsClean => Missing == Explained && Doubled == 0 && Differences == 0 && ExitCode == (Missing == 0 ? 0 : 1);

    public static async Task<Reconciliation> RunAsync(
        IReadOnlyDictionary<string, string?> environment, DateTimeOffset from, IReadOnlyList<FlippedBit> flippedBits)
    {
        var to = TimeProvider.System.GetUtcNow() + Around;
        var result = await Programs.RunAsync(
            "keygen", ["reconcile", "--from", WholeHour(from - Around), "--to", WholeHour(to + Around), "--grace", "0", "--json"], environment);
        if (result.ExitCode is not (0 or 1) || result.Output.Length == 0)
        {
            return new Reconciliation(result.ExitCode, 0, 0, 0, 0, 0, [result.Errors]);
        }

        using var report = JsonDocument.Parse(result.Output);
        var root = report.RootElement;
        var destroyed = Judge.PathsDestroyed(flippedBits);
        var explained = flippedBits.Where(flip => destroyed.Contains(flip.Path)).Select(flip => (flip.Source, flip.Sequence)).ToHashSet();
        var (count, text) = (0L, new List<string>());
        foreach (var source in root.GetProperty("sources").EnumerateArray())
        {
            if (source.GetProperty("missing").GetInt64() + source.GetProperty("doubled").GetInt64() > 0)
            {
                text.Add(source.GetRawText());
            }

            foreach (var range in source.GetProperty("missingRanges").EnumerateArray())
            {
                for (var sequence = range.GetProperty("first").GetInt64(); sequence <= range.GetProperty("last").GetInt64(); sequence++)
                {
                    count += explained.Contains((source.GetProperty("source").GetString()!, sequence)) ? 1 : 0;
                }
            }
        }

        return new Reconciliation(
            result.ExitCode,
            root.GetProperty("missing").GetInt64(),
            root.GetProperty("doubled").GetInt64(),
            root.GetProperty("differences").GetInt64(),
            count,
            root.GetProperty("sources").GetArrayLength(),
            text);
    }

    private static string WholeHour(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH':00:00Z'", CultureInfo.InvariantCulture);
}
