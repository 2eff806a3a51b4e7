using Gateway.Chaos.Faults;
using Gateway.Chaos.Load;

namespace Gateway.Chaos.Checking;

/// <summary>
/// Holds what clients remember against what is stored: answered ⊆ stored, each once and as it was answered, and nothing
/// else. Pure, because everybody has to be able to believe it.
/// </summary>
internal static class Judge
{
    /// <param name="requests">Everything that was sent.</param>
    /// <param name="rows">Everything that is stored.</param>
    /// <param name="organizations">Whose the customers are, by their number.</param>
    /// <param name="losses">What was destroyed on purpose, or may be left out.</param>
    public static Judgement Of(IReadOnlyList<SentRequest> requests, IReadOnlyList<StoredRow> rows, IReadOnlyList<Guid> organizations, Losses losses)
    {
        var judgement = new Judgement { Stored = rows.Count };
        var rowsOf = rows.ToLookup(static row => row.Path);
        var destroyed = PathsDestroyed(losses.FlippedBits);
        var lostWithJournal = losses.LostEvents.Select(static lost => lost.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var request in requests)
        {
            var stored = rowsOf[request.Plan.Path].ToArray();
            var expectation = ExpectationExtensions.Of(request);
            judgement.Expected += expectation == Expectation.Once ? 1 : 0;
            judgement.StoredUnanswered += expectation == Expectation.AtMostOnce ? stored.Length : 0;
            judgement.UnstoredUnanswered += expectation == Expectation.AtMostOnce && stored.Length == 0 ? 1 : 0;
            switch (expectation, stored.Length)
            {
                case (Expectation.Once, 0) when destroyed.Contains(request.Plan.Path):
                    judgement.AddDestroyed($"{request}");
                    break;
                case (Expectation.Once, 0) when lostWithJournal.Contains(request.Plan.Path):
                    judgement.AddLostWithJournal(request.Plan.Path);
                    break;
                case (Expectation.Once, 0) when losses.MayBeUnmetered:
                    judgement.AddUnmetered($"{request}");
                    break;
                case (Expectation.Once, 0):
                    judgement.AddLost($"{request}");
                    break;
                case (Expectation.Never, > 0):
                    judgement.AddInvented($"{request}; stored: {stored[0]}");
                    break;
                case (_, > 1):
                    judgement.AddDoubled($"{request}; stored: {string.Join(" and ", stored.AsEnumerable())}");
                    break;
                case (_, 1) when Difference(request, stored[0], organizations) is { } difference:
                    judgement.AddDifferent($"{difference}: {request}; stored: {stored[0]}");
                    break;
            }
        }

        var sent = requests.Select(static request => request.Plan.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var row in rows.Where(row => !sent.Contains(row.Path)))
        {
            judgement.AddInvented($"{row}");
        }

        return judgement;
    }

    /// <summary>Paths of events that have no whole record left.</summary>
    public static IReadOnlySet<string> PathsDestroyed(IReadOnlyList<FlippedBit> flippedBits) => flippedBits
        .GroupBy(static flip => flip.Path)
        .Where(static flips => flips.Any(static flip => flip.WasOnlyRecord) || flips.Count() > 1)
        .Select(static flips => flips.Key)
        .ToHashSet(StringComparer.Ordinal);

    private static string? Difference(SentRequest request, StoredRow row, IReadOnlyList<Guid> organizations)
    {
        var plan = request.Plan;
        if (plan.Customer >= organizations.Count || row.OrganizationId != organizations[plan.Customer])
        {
            return "another organization";
        }

        if (row.Units != plan.Units || row.Method != plan.Method)
        {
            return "another price or method";
        }

        if (request.IsAnswered && row.Status != request.Status)
        {
            return "another status";
        }

        // Of an answer that broke off its client cannot say why.
        return request.IsComplete && row.Billable != (request.Problem is null && request.Status is >= 200 and < 500) ? "another verdict on billing" : null;
    }
}
