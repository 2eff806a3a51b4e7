namespace Gateway.Usage.Journal;

/// <summary>Sequences, which lie close together: a bit each.</summary>
internal sealed class SequenceSet
{
    private const int PageBits = 4096;
    private const int WordBits = 64;

    private readonly Dictionary<long, ulong[]> _pages = [];

    /// <summary>0 while it is empty.</summary>
    public long Highest { get; private set; }

    public void Add(long sequence)
    {
        Highest = Math.Max(Highest, sequence);
        if (!_pages.TryGetValue(sequence / PageBits, out var page))
        {
            page = new ulong[PageBits / WordBits];
            _pages.Add(sequence / PageBits, page);
        }

        page[sequence % PageBits / WordBits] |= 1UL << (int)(sequence % WordBits);
    }

    public bool Contains(long sequence) =>
        _pages.TryGetValue(sequence / PageBits, out var page)
        && (page[sequence % PageBits / WordBits] & (1UL << (int)(sequence % WordBits))) != 0;

    /// <summary>What is missing between a sequence and the highest, ascending.</summary>
    public IEnumerable<long> MissingAfter(long after)
    {
        for (var sequence = after + 1; sequence < Highest; sequence++)
        {
            if (!Contains(sequence))
            {
                yield return sequence;
            }
        }
    }
}
