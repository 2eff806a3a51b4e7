using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.LocalStack.Processes;

namespace Gateway.Chaos.Checking;

/// <summary>What <c>keygen reconcile</c> says.</summary>
/// <param name="ExitCode">As scripts see it.</param>
/// <param name="Missing">Sequences that it misses.</param>
/// <param name="Doubled">Sequences that it has twice.</param>
/// <param name="Differences">Totals that differ.</param>
/// <param name="Sources">Starts of gateways that it knows of.</param>
/// <param name="Accounts">Of each of them.</param>
/// <param name="Text">Its sources that miss or double anything, and what it said if it failed.</param>
internal sealed record Reconciliation(
    int ExitCode,
    long Missing,
    long Doubled,
    long Differences,
    int Sources,
    [property: JsonIgnore] IReadOnlyList<SourceAccount> Accounts,
    IReadOnlyList<string> Text)
{
    private static readonly TimeSpan Around = TimeSpan.FromHours(1);

    /// <summary>Sources whose last word it misses.</summary>
    public int Silent => Accounts.Count(static account => account.State == SourceAccount.Silent);

    /// <summary>Nothing is doubled or different, and its exit code is what it says.</summary>
    public bool IsClean => Doubled == 0 && Differences == 0 && ExitCode == (Missing + Silent == 0 ? 0 : 1);

    public static async Task<Reconciliation> RunAsync(IReadOnlyDictionary<string, string?> environment, DateTimeOffset from)
    {
        var to = TimeProvider.System.GetUtcNow() + Around;
        var result = await Programs.RunAsync(
            "keygen", ["reconcile", "--from", WholeHour(from - Around), "--to", WholeHour(to + Around), "--grace", "0", "--json"], environment);
        if (result.ExitCode is not (0 or 1) || result.Output.Length == 0)
        {
            return new Reconciliation(result.ExitCode, 0, 0, 0, 0, [], [result.Errors]);
        }

        using var report = JsonDocument.Parse(result.Output);
        var root = report.RootElement;
        var sources = root.GetProperty("sources").EnumerateArray().ToArray();
        return new Reconciliation(
            result.ExitCode,
            root.GetProperty("missing").GetInt64(),
            root.GetProperty("doubled").GetInt64(),
            root.GetProperty("differences").GetInt64(),
            sources.Length,
            Array.ConvertAll(sources, Account),
            [.. sources.Where(static source => Number(source, "missing") + Number(source, "doubled") > 0).Select(static source => source.GetRawText())]);
    }

    private static SourceAccount Account(JsonElement source) => new(
        source.GetProperty("source").GetString()!,
        source.GetProperty("state").GetString()!,
        Number(source, "minted"),
        Number(source, "missing"),
        Number(source, "open") + Number(source, "unanswered"),
        [.. source.GetProperty("missingRanges").EnumerateArray().Select(static range => (Number(range, "first"), Number(range, "last")))],
        Number(source, "moreRanges") == 0);

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static string WholeHour(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH':00:00Z'", CultureInfo.InvariantCulture);
}
