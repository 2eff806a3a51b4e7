namespace Gateway.UsageProcessor.Storage;

/// <summary>What became of a transaction.</summary>
/// <param name="Stored">How many of its events were new; null where nothing was written.</param>
/// <param name="RawBegins">Set where nothing was written because events are older than the raw rows that are kept: those begin here.</param>
internal readonly record struct WriteResult(long? Stored, DateTime? RawBegins)
{
    /// <summary>Another processor has advanced one of the partitions. Nothing was written.</summary>
    public static WriteResult Fenced => default;

    public static WriteResult Written(long stored) => new(stored, RawBegins: null);

    public static WriteResult TooOld(DateTime rawBegins) => new(Stored: null, rawBegins);
}
