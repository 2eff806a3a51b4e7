namespace Gateway.Usage.Journal;

/// <summary>Sequences, which lie close together: a bit each.</summary>
internal sealed class SequenceSet
{
    private const int PageBits = 4096;
    private const int WordBits = 64;

    private readonly Dictionary<long, ulong[]> _pages = [];

    public void Add(long sequence)
    {
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
}
