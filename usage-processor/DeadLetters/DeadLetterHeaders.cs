namespace Gateway.UsageProcessor.DeadLetters;

/// <summary>Headers of a message in the dead-letter topic, all UTF-8 text. Its key and value are the original's bytes.</summary>
internal static class DeadLetterHeaders
{
    /// <summary>Why it was refused; never repeats its content.</summary>
    public const string Reason = "dead-letter-reason";

    /// <summary>The topic that it was in.</summary>
    public const string Topic = "dead-letter-topic";

    /// <summary>The partition that it was in.</summary>
    public const string Partition = "dead-letter-partition";

    /// <summary>Its offset there.</summary>
    public const string Offset = "dead-letter-offset";
}
