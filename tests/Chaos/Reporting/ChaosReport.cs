using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Chaos.Checking;

namespace Gateway.Chaos.Reporting;

/// <summary>How a campaign went.</summary>
internal sealed record ChaosReport
{
    public required int Seed { get; init; }

    public required double Minutes { get; init; }

    /// <summary>What makes the same plan again.</summary>
    public required string Command { get; init; }

    public required string Broker { get; init; }

    /// <summary>Faults that were carried out, by kind.</summary>
    public required IReadOnlyDictionary<string, int> Faults { get; init; }

    /// <summary>Of them, those that began while another was not healed yet.</summary>
    public required int Overlapping { get; init; }

    /// <summary>Requests by what their clients saw.</summary>
    public required IReadOnlyDictionary<string, int> Requests { get; init; }

    /// <summary>Not sent, because too many were waiting for an answer.</summary>
    public required int Skipped { get; init; }

    public required Judgement Judgement { get; init; }

    public required Reconciliation Reconciliation { get; init; }

    /// <summary>Why reconcile misses what it misses.</summary>
    public required Holes Holes { get; init; }

    /// <summary>Requests that gateways say they did not meter; null where they refuse instead.</summary>
    public required long? SaidUnmetered { get; init; }

    public required long LedgerDifferences { get; init; }

    public required long InvoiceDifferences { get; init; }

    public required long BillableUnits { get; init; }

    public required long DuplicatesRefused { get; init; }

    public required int MessagesReplayed { get; init; }

    public required int BitsFlipped { get; init; }

    public required long DeadLetters { get; init; }

    public required double DrainSeconds { get; init; }

    /// <summary>What else was not as it should be.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>
    /// Whether what is missing for no other reason is what was not metered: all that was answered and is not stored, and beyond it
    /// only what no client saw an answer to.
    /// </summary>
    public bool IsUnmeteredAccountedFor => SaidUnmetered is null
        ? Holes.Others == 0 && Judgement.Unmetered.Count == 0
        : Judgement.Unmetered.Count <= Holes.Others && Holes.Others <= Judgement.Unmetered.Count + Judgement.UnstoredUnanswered;

    public bool Passed => Judgement.IsClean && Reconciliation.IsClean && IsUnmeteredAccountedFor && Holes.Problems.Count == 0
        && LedgerDifferences == 0 && InvoiceDifferences == 0 && DeadLetters == 0 && Problems.Count == 0;

    public string ToJson() => JsonSerializer.Serialize(this, ChaosReportJson.Default.ChaosReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ChaosReport))]
internal sealed partial class ChaosReportJson : JsonSerializerContext;
