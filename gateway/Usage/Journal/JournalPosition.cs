namespace Gateway.Usage.Journal;

/// <summary>A place in a journal: the segment's number and the byte within it. Later places are greater.</summary>
internal readonly record struct JournalPosition(long Value) : IComparable<JournalPosition>
{
    private const int OffsetBits = 32;

    public JournalPosition(long segment, int offset)
        : this((segment << OffsetBits) | (uint)offset)
    {
    }

    public long Segment => Value >> OffsetBits;

    public int Offset => (int)(Value & uint.MaxValue);

    public static bool operator <(JournalPosition left, JournalPosition right) => left.Value < right.Value;

    public static bool operator >(JournalPosition left, JournalPosition right) => left.Value > right.Value;

    public static bool operator <=(JournalPosition left, JournalPosition right) => left.Value <= right.Value;

    public static bool operator >=(JournalPosition left, JournalPosition right) => left.Value >= right.Value;

    public int CompareTo(JournalPosition other) => Value.CompareTo(other.Value);

    public override string ToString() => $"{Segment}:{Offset}";
}
