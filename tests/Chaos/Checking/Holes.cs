using Gateway.Chaos.Faults;

namespace Gateway.Chaos.Checking;

/// <summary>
/// Why each sequence is missing that <c>keygen reconcile</c> misses, and whether it misses all that it should. Pure, as the
/// <see cref="Judge"/> is.
/// </summary>
internal sealed record Holes
{
    private readonly List<string> _problems = [];

    /// <summary>Missing because no whole record was left of them.</summary>
    public long Destroyed { get; private set; }

    /// <summary>Missing because they waited in a journal that was deleted; whether their requests were answered or not.</summary>
    public long LostWithJournal { get; private set; }

    /// <summary>Missing for no such reason: where gateways go on without metering, what they did not meter; elsewhere a loss.</summary>
    public long Others { get; private set; }

    /// <summary>Answered requests that were lost with a journal and that reconcile misses.</summary>
    public int AnsweredNamed { get; private set; }

    /// <summary>
    /// Answered requests that were lost with a journal after the last that was ever heard of their gateway. Their sequences nobody
    /// knows any more; what reconcile does say is that the source never ended.
    /// </summary>
    public int AnsweredBehindLastWord { get; private set; }

    /// <summary>Where reconcile is wrong.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <param name="accounts">What reconcile says.</param>
    /// <param name="rows">Everything that is stored.</param>
    /// <param name="losses">What was destroyed on purpose.</param>
    /// <param name="answered">Paths of answered requests that were lost with a journal.</param>
    public static Holes Of(IReadOnlyList<SourceAccount> accounts, IReadOnlyList<StoredRow> rows, Losses losses, IReadOnlyCollection<string> answered)
    {
        var holes = new Holes();
        var storedBy = rows.ToLookup(static row => row.Source, static row => row.Sequence);
        var destroyedPaths = Judge.PathsDestroyed(losses.FlippedBits);
        var destroyed = losses.FlippedBits.Where(flip => destroyedPaths.Contains(flip.Path)).Select(static flip => (flip.Source, flip.Sequence)).ToHashSet();
        var lost = losses.LostEvents.Select(static one => (one.Source, one.Sequence)).ToHashSet();
        foreach (var account in accounts)
        {
            holes.Explain(account, storedBy[account.Source].ToHashSet(), destroyed, lost);
        }

        holes.Follow(losses.LostEvents, answered, accounts.ToDictionary(static account => account.Source));
        return holes;
    }

    private void Explain(
        SourceAccount account, HashSet<long> stored, HashSet<(string Source, long Sequence)> destroyed, HashSet<(string Source, long Sequence)> lost)
    {
        var (byFlips, byJournal, absent) = (0L, 0L, 0L);
        for (var sequence = 1L; sequence <= account.Minted; sequence++)
        {
            if (!stored.Contains(sequence))
            {
                absent++;
                var isDestroyed = destroyed.Contains((account.Source, sequence));
                byFlips += isDestroyed ? 1 : 0;
                byJournal += !isDestroyed && lost.Contains((account.Source, sequence)) ? 1 : 0;
                if ((isDestroyed || lost.Contains((account.Source, sequence))) && account.NamesAll && !Names(account, sequence))
                {
                    _problems.Add($"reconcile does not miss {account.Source} {sequence}, which was destroyed");
                }
            }
            else if (Names(account, sequence))
            {
                _problems.Add($"reconcile misses {account.Source} {sequence}, which is stored");
            }
        }

        if (absent != account.Missing + account.Excused || account.Missing < byFlips + byJournal)
        {
            _problems.Add($"of {account.Source} {absent} sequences are not stored, {byFlips + byJournal} of them destroyed; "
                + $"reconcile misses {account.Missing} and excuses {account.Excused}");
        }

        Destroyed += byFlips;
        LostWithJournal += byJournal;
        Others += Math.Max(0, account.Missing - byFlips - byJournal);
    }

    private void Follow(IReadOnlyList<LostEvent> lostEvents, IReadOnlyCollection<string> answered, Dictionary<string, SourceAccount> accounts)
    {
        var events = lostEvents.ToLookup(static lost => lost.Path);
        foreach (var path in answered)
        {
            var lost = events[path].First();
            var account = accounts.GetValueOrDefault(lost.Source);
            if (account is not null && lost.Sequence <= account.Minted)
            {
                AnsweredNamed++;
            }
            else if (account is { State: SourceAccount.Silent })
            {
                AnsweredBehindLastWord++;
            }
            else
            {
                _problems.Add($"{path} was lost with its journal, and reconcile calls {lost.Source} {account?.State ?? "nothing: it does not know it"}");
            }
        }
    }

    private static bool Names(SourceAccount account, long sequence) =>
        account.Ranges.Any(range => range.First <= sequence && sequence <= range.Last);
}
