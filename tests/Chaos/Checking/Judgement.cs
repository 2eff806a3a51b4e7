using System.Text.Json.Serialization;

namespace Gateway.Chaos.Checking;

/// <summary>What came out when what clients remember was held against what is stored.</summary>
internal sealed record Judgement
{
    private const int Named = 20;

    private readonly List<string> _lost = [];
    private readonly List<string> _doubled = [];
    private readonly List<string> _invented = [];
    private readonly List<string> _different = [];
    private readonly List<string> _destroyed = [];
    private readonly List<string> _unmetered = [];
    private readonly List<string> _lostWithJournal = [];

    /// <summary>Requests that were answered and have to be stored.</summary>
    public int Expected { get; set; }

    /// <summary>Rows.</summary>
    public int Stored { get; set; }

    /// <summary>Stored although no client saw an answer; nobody can say they should not be.</summary>
    public int StoredUnanswered { get; set; }

    /// <summary>Not stored, and no client saw an answer: whether one was on its way nobody can say.</summary>
    public int UnstoredUnanswered { get; set; }

    /// <summary>Answered and not stored.</summary>
    public Offenders Lost => new(_lost);

    /// <summary>Stored more than once.</summary>
    public Offenders Doubled => new(_doubled);

    /// <summary>Stored and never sent, or refused before it could be anybody's.</summary>
    public Offenders Invented => new(_invented);

    /// <summary>Stored with another status, price or owner than the client saw.</summary>
    public Offenders Different => new(_different);

    /// <summary>Not stored because a bit was flipped in the only record there was of it.</summary>
    public Offenders Destroyed => new(_destroyed);

    /// <summary>Answered and not stored, where gateways go on without metering: they have to say of as many that they did.</summary>
    public Offenders Unmetered => new(_unmetered);

    /// <summary>Paths of what was answered and not stored because it waited in a journal that was deleted.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> LostWithJournal => _lostWithJournal;

    public bool IsClean => _lost.Count + _doubled.Count + _invented.Count + _different.Count == 0;

    public void AddLost(string offender) => _lost.Add(offender);

    public void AddDoubled(string offender) => _doubled.Add(offender);

    public void AddInvented(string offender) => _invented.Add(offender);

    public void AddDifferent(string offender) => _different.Add(offender);

    public void AddDestroyed(string offender) => _destroyed.Add(offender);

    public void AddUnmetered(string offender) => _unmetered.Add(offender);

    public void AddLostWithJournal(string path) => _lostWithJournal.Add(path);

    /// <summary>How many, and the first of them.</summary>
    internal sealed record Offenders(int Count, IReadOnlyList<string> First)
    {
        public Offenders(List<string> all)
            : this(all.Count, [.. all.Take(Named)])
        {
        }
    }
}
