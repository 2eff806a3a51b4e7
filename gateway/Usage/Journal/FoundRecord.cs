namespace Gateway.Usage.Journal;

/// <summary>What lies at a place of a segment.</summary>
internal enum Finding
{
    /// <summary>A record that can be trusted.</summary>
    Record,

    /// <summary>Nothing: never written, or reserved and not finished.</summary>
    Nothing,

    /// <summary>Something that is no record: bits have changed.</summary>
    Damage,

    /// <summary>The segment's end.</summary>
    End,
}

/// <summary>A record in its segment.</summary>
internal readonly record struct FoundRecord(RecordKind Kind, int Offset, int PayloadBytes)
{
    /// <summary>Where the next one is.</summary>
    public int Next => Offset + RecordFormat.Size(PayloadBytes);

    public ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> segment) => segment.Slice(Offset + RecordFormat.HeaderBytes, PayloadBytes);
}
