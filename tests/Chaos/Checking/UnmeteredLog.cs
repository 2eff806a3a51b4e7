using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Chaos.Checking;

/// <summary>How many requests the gateways say in their logs that they did not meter.</summary>
/// <param name="Said">Of each start of a gateway, the last that it said.</param>
/// <param name="Adopted">Those whose journal others have found: they did not come to say their last word.</param>
internal sealed partial record UnmeteredLog(IReadOnlyDictionary<string, long> Said, IReadOnlySet<string> Adopted)
{
    public long Total => Said.Values.Sum();

    public static UnmeteredLog Read(string folder)
    {
        var said = new Dictionary<string, long>();
        var adopted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in Directory.EnumerateFiles(folder, "gateway-*.log").SelectMany(File.ReadLines))
        {
            if (Unmetered().Match(line) is { Success: true } count)
            {
                var source = count.Groups["source"].Value;
                said[source] = Math.Max(said.GetValueOrDefault(source), long.Parse(count.Groups["count"].Value, CultureInfo.InvariantCulture));
            }
            else if (Adoption().Match(line) is { Success: true } adoption)
            {
                adopted.Add(adoption.Groups["source"].Value);
            }
        }

        return new UnmeteredLog(said, adopted);
    }

    /// <summary>
    /// Where what a gateway said is not what reconcile misses of it. Of one that was killed reconcile may know more: it said its
    /// count once a minute.
    /// </summary>
    public IReadOnlyList<string> Differences(IReadOnlyList<SourceAccount> accounts) =>
    [
        .. accounts
            .Where(account => Said.GetValueOrDefault(account.Source) is var said && (Adopted.Contains(account.Source) ? said > account.Missing : said != account.Missing))
            .Select(account => $"{account.Source} says that it did not meter {Said.GetValueOrDefault(account.Source)} requests, and reconcile misses {account.Missing}"),
    ];

    [GeneratedRegex("\"message\":\"(?<source>gateway/[^ ]+) has served (?<count>[0-9]+) requests without metering", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Unmetered();

    [GeneratedRegex("\"message\":\"found the journal of (?<source>gateway/[^,]+),", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Adoption();
}
