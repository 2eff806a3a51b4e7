namespace Gateway.Usage.Journal;

/// <summary>A place in a journal. Later places are greater.</summary>
/// <param name="Value">The segment's number and the byte within it: what is on disk.</param>
/// <param name="Index">Tells events apart that are given at the same place, because they have no record of their own there.</param>
internal readonly record struct JournalPosition(long Value, int Index = 0) : IComparable<JournalPosition>
{
    private const int OffsetBits = 32;

    public long Segment => Value >> OffsetBits;

    public int Offset => (int)(Value & uint.MaxValue);

    /// <summary>The same place, for one more event.</summary>
    public JournalPosition Another => this with { Index = Index + 1 };

    public static bool operator <(JournalPosition left, JournalPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(JournalPosition left, JournalPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(JournalPosition left, JournalPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(JournalPosition left, JournalPosition right) => left.CompareTo(right) >= 0;

    public static JournalPosition At(long segment, int offset) => new((segment << OffsetBits) | (uint)offset);

    public int CompareTo(JournalPosition other) => Value == other.Value ? Index.CompareTo(other.Index) : Value.CompareTo(other.Value);

    public override string ToString() => $"{Segment}:{Offset}";
}
