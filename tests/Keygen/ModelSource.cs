using System.Globalization;

namespace Gateway.Keygen.Tests;

/// <summary>A source of which is known, for every sequence, what became of it; as rows of SQL and as what reconcile has to say.</summary>
internal sealed class ModelSource
{
    private const string Young = "10 seconds";
    private const string Old = "2 hours";

    private static readonly string[] States = ["running", "silent", "ended", "unannounced"];

    private readonly SortedDictionary<long, bool> _stored = [];
    private readonly SortedDictionary<long, bool> _dead = [];
    private readonly SortedSet<long> _pending = [];
    private readonly SortedSet<long> _unanswered = [];
    private readonly SortedSet<long> _released = [];
    private bool _isReleaseYoung;
    private string _state = "unannounced";
    private long? _announced;
    private bool _isAnnouncementYoung;
    private long? _doubled;

    private ModelSource(string name) => Name = name;

    public string Name { get; }

    public bool IsRunning => _state == "running";

    /// <summary>(source, sequence, age)</summary>
    public IEnumerable<string> Rows =>
        _stored.Concat(_stored.Where(row => row.Key == _doubled)).Select(row => Row(row.Key, row.Value));

    /// <summary>(source, sequence, age)</summary>
    public IEnumerable<string> Letters => _dead.Select(letter => Row(letter.Key, letter.Value));

    /// <summary>(source, announced, since_age, has_ended, pending, unanswered, released, released_age)</summary>
    public string? Announcement => _announced is not { } announced
        ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"('{Name}',{announced},'{(_isAnnouncementYoung ? Young : Old)}',{_state == "ended"},'{Text(_pending)}','{Text(_unanswered)}','{Text(_released)}','{(_isReleaseYoung ? Young : Old)}')");

    private long Minted => Math.Max(_stored.Keys.LastOrDefault(), _announced ?? 0);

    /// <summary>One with up to 40 sequences; some sources lose nothing, others nearly everything.</summary>
    public static ModelSource Random(string name, Random random)
    {
        var source = new ModelSource(name);
        var count = random.Next(1, 41);
        var (lost, dead, claimed, young) = (random.Next(0, 4) * 0.2, random.Next(0, 3) * 0.1, random.Next(0, 4) * 0.3, random.Next(0, 3) * 0.2);
        for (var sequence = 1L; sequence <= count; sequence++)
        {
            if (random.NextDouble() >= lost || sequence == 1)
            {
                source._stored.Add(sequence, random.NextDouble() < young);
            }

            // Also letters of what was stored after all.
            if (random.NextDouble() < dead)
            {
                source._dead.Add(sequence, random.NextDouble() < young);
            }
        }

        source._state = States[random.Next(States.Length)];
        if (source._state != "unannounced")
        {
            source._announced = random.Next(1, count + 5);
            source._isAnnouncementYoung = random.NextDouble() < young;
            source._isReleaseYoung = random.Next(2) == 0;
            for (var sequence = 1L; sequence <= source._announced; sequence++)
            {
                if (random.NextDouble() < claimed / 3)
                {
                    source._released.Add(sequence);
                }

                // True or not.
                if (source._state == "ended" && random.NextDouble() < claimed)
                {
                    source._unanswered.Add(sequence);
                }
                else if (source._state != "ended" && random.NextDouble() < claimed)
                {
                    source._pending.Add(sequence);
                }
            }
        }

        if (random.Next(5) == 0)
        {
            source._doubled = source._stored.Keys.ElementAt(random.Next(source._stored.Count));
        }

        return source;
    }

    public string Expected()
    {
        var (open, unanswered) = (0, 0);
        var missing = new List<long>();
        for (var sequence = 1L; sequence <= Minted; sequence++)
        {
            if (_stored.ContainsKey(sequence) || _dead.ContainsKey(sequence))
            {
                continue;
            }

            if (_unanswered.Contains(sequence))
            {
                unanswered++;
            }
            else if (IsYoung(sequence) || (IsRunning && _pending.Contains(sequence)) || (_isReleaseYoung && _released.Contains(sequence)))
            {
                open++;
            }
            else
            {
                missing.Add(sequence);
            }
        }

        var ranges = Ranges(missing);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Name} {_state} minted {Minted} stored {Rows.Count()} dead {_dead.Count} open {open} unanswered {unanswered} missing {missing.Count}: {string.Join(' ', ranges.Take(5).Select(range => $"{range.First}-{range.Last}"))} and {Math.Max(0, ranges.Count - 5)}, doubled {(_doubled is null ? 0 : 1)}");
    }

    /// <summary>Whether what came behind a sequence that is not there is younger than the grace.</summary>
    private bool IsYoung(long sequence)
    {
        for (var next = sequence + 1; next <= Minted; next++)
        {
            if (_stored.TryGetValue(next, out var isRowYoung) | _dead.TryGetValue(next, out var isLetterYoung))
            {
                return isRowYoung || isLetterYoung;
            }
        }

        return _isAnnouncementYoung;
    }

    private static List<(long First, long Last)> Ranges(IEnumerable<long> ascending)
    {
        var ranges = new List<(long First, long Last)>();
        foreach (var sequence in ascending)
        {
            if (ranges.Count > 0 && ranges[^1].Last == sequence - 1)
            {
                ranges[^1] = (ranges[^1].First, sequence);
            }
            else
            {
                ranges.Add((sequence, sequence));
            }
        }

        return ranges;
    }

    private static string Text(IEnumerable<long> sequences) => $"{{{string.Join(',', sequences.Select(static sequence => $"[{sequence},{sequence}]"))}}}";

    private string Row(long sequence, bool isYoung) => string.Create(CultureInfo.InvariantCulture, $"('{Name}',{sequence},'{(isYoung ? Young : Old)}')");
}
