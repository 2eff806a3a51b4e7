namespace Gateway.UsageProcessor;

/// <summary>Everything that the processor logs. Event ids from 300.</summary>
internal static partial class ProcessorLog
{
    [LoggerMessage(300, LogLevel.Debug, "stored {Stored} events, {Duplicates} duplicates, {DeadLetters} dead letters in {Milliseconds:0.0} ms")]
    public static partial void BatchStored(this ILogger logger, long stored, long duplicates, long deadLetters, double milliseconds);

    [LoggerMessage(
        301,
        LogLevel.Information,
        "stored {Stored} events, {Duplicates} duplicates, {DeadLetters} dead letters in {Batches} batches during the last {Seconds:0} s")]
    public static partial void StoredLately(
        this ILogger logger, long stored, long duplicates, long deadLetters, long batches, double seconds);

    [LoggerMessage(302, LogLevel.Warning, "storing is interrupted, trying again until it works: {Reason}")]
    public static partial void StoringInterrupted(this ILogger logger, string reason);

    [LoggerMessage(303, LogLevel.Information, "storing goes on after {Seconds:0.0} s and {Failures} failed attempts")]
    public static partial void StoringResumed(this ILogger logger, double seconds, int failures);

    [LoggerMessage(
        304,
        LogLevel.Warning,
        "a batch was rolled back, another processor has advanced its partitions; reading the offsets again")]
    public static partial void Fenced(this ILogger logger);

    [LoggerMessage(305, LogLevel.Information, "partitions assigned: {Partitions}")]
    public static partial void PartitionsAssigned(this ILogger logger, string partitions);

    [LoggerMessage(306, LogLevel.Information, "partitions given back: {Partitions}")]
    public static partial void PartitionsRevoked(this ILogger logger, string partitions);

    [LoggerMessage(307, LogLevel.Warning, "partitions lost, the group went on without us: {Partitions}")]
    public static partial void PartitionsLost(this ILogger logger, string partitions);

    [LoggerMessage(308, LogLevel.Debug, "partition {Partition} goes on at offset {Offset}")]
    public static partial void PartitionPositioned(this ILogger logger, int partition, long offset);

    [LoggerMessage(
        309,
        LogLevel.Warning,
        "partition {Partition} jumps from offset {Expected} to {Offset}; looking at its log before anything else")]
    public static partial void PartitionJumped(this ILogger logger, int partition, long expected, long offset);

    [LoggerMessage(310, LogLevel.Warning, "the database does not keep up, consuming is paused")]
    public static partial void ConsumingPaused(this ILogger logger);

    [LoggerMessage(311, LogLevel.Information, "consuming goes on")]
    public static partial void ConsumingResumed(this ILogger logger);

    [LoggerMessage(312, LogLevel.Warning, "Kafka: {Reason}; waiting until it is better")]
    public static partial void KafkaTrouble(this ILogger logger, string reason);

    [LoggerMessage(313, LogLevel.Information, "Kafka delivers again")]
    public static partial void KafkaRecovered(this ILogger logger);

    [LoggerMessage(314, LogLevel.Warning, "stopping with a batch that could not be stored in time; it is read again at the next start")]
    public static partial void BatchLeftBehind(this ILogger logger);

    [LoggerMessage(315, LogLevel.Information, "left the consumer group")]
    public static partial void GroupLeft(this ILogger logger);

    [LoggerMessage(
        316,
        LogLevel.Warning,
        "the dead letter of partition {Partition}, offset {Offset} is not taken by its topic ({Reason}) and is kept in the table only")]
    public static partial void DeadLetterNotTaken(this ILogger logger, int partition, long offset, string reason);

    [LoggerMessage(317, LogLevel.Debug, "librdkafka {Client} {Facility}: {Text}")]
    public static partial void Librdkafka(this ILogger logger, string client, string facility, string text);

    [LoggerMessage(318, LogLevel.Critical, "consuming ended unexpectedly, the process ends")]
    public static partial void ConsumingFailed(this ILogger logger, Exception exception);

    [LoggerMessage(319, LogLevel.Debug, "Kafka was not told how far partition {Partition} is stored: {Reason}")]
    public static partial void OffsetNotTold(this ILogger logger, int partition, string reason);

    [LoggerMessage(
        330,
        LogLevel.Critical,
        "messages are lost: topic {Topic}, partition {Partition}{AndOthers}: expected {Expected}; found that {Found}; {Gone}. The process "
            + "ends and has skipped nothing. If the topic was made anew or cut on purpose, or there is nothing left to save, start with "
            + "Consumer:OnLostMessages=GoOn: it goes on at offset {GoOnAt} of what is there, no event is stored twice, and keygen reconcile "
            + "names what is missing")]
    public static partial void MessagesLost(
        this ILogger logger, string topic, int partition, string andOthers, string expected, string found, string gone, long goOnAt);

    [LoggerMessage(
        331,
        LogLevel.Error,
        "messages are lost: topic {Topic}, partition {Partition}: expected {Expected}; found that {Found}; {Gone}. Going on at offset {GoOnAt}, "
            + "as Consumer:OnLostMessages says; keygen reconcile names what is missing")]
    public static partial void WentOnAfterLoss(
        this ILogger logger, string topic, int partition, string expected, string found, string gone, long goOnAt);

    [LoggerMessage(
        332,
        LogLevel.Warning,
        "topic {Topic}, partition {Partition} is read for the first time and begins at offset {Offset}: what was before had been deleted already")]
    public static partial void LogBeginsLate(this ILogger logger, string topic, int partition, long offset);

    [LoggerMessage(333, LogLevel.Debug, "partition {Partition} has no message for us from offset {From} to {To}")]
    public static partial void HolePassed(this ILogger logger, int partition, long from, long to);

    [LoggerMessage(334, LogLevel.Debug, "the log of topic {Topic}, partition {Partition} cannot be seen now: {Reason}")]
    public static partial void LogNotSeen(this ILogger logger, string topic, int partition, string reason);

    [LoggerMessage(335, LogLevel.Error, "storing is blocked until somebody mends it: {Refusal}: {Advice}. Events wait in Kafka meanwhile")]
    public static partial void StoringBlocked(this ILogger logger, string refusal, string advice);

    [LoggerMessage(336, LogLevel.Information, "storing is not blocked any more, after {Seconds:0.0} s")]
    public static partial void StoringUnblocked(this ILogger logger, double seconds);

    [LoggerMessage(337, LogLevel.Debug, "the logs of topic {Topic} cannot be seen now: {Reason}")]
    public static partial void LogsNotSeen(this ILogger logger, string topic, string reason);

    [LoggerMessage(340, LogLevel.Debug, "what has not arrived could not be read, trying again: {Reason}")]
    public static partial void BacklogNotRead(this ILogger logger, string reason);

    [LoggerMessage(350, LogLevel.Information, "dropped {Rows} raw rows from before {Before:u} in {Seconds:0.0} s")]
    public static partial void RawRowsDropped(this ILogger logger, long rows, DateTime before, double seconds);

    [LoggerMessage(351, LogLevel.Warning, "raw rows that are old enough could not be dropped, trying again: {Reason}")]
    public static partial void RetentionFailed(this ILogger logger, string reason);

    [LoggerMessage(352, LogLevel.Information, "a transaction that stores goes on for long: raw rows are kept until it has ended")]
    public static partial void RetentionWaits(this ILogger logger);

    [LoggerMessage(360, LogLevel.Debug, "rollups and ledger were compared for {Days} days")]
    public static partial void Audited(this ILogger logger, int days);

    [LoggerMessage(361, LogLevel.Debug, "rollups are views over the ledger: there is nothing to compare")]
    public static partial void NothingToAudit(this ILogger logger);

    [LoggerMessage(
        362,
        LogLevel.Warning,
        "{Rollup} differed from the ledger and was made anew from {From:u}: the ledger had {Requests} requests and {Units} billable units more")]
    public static partial void RollupRepaired(this ILogger logger, string rollup, DateTime from, long requests, long units);

    [LoggerMessage(
        363,
        LogLevel.Error,
        "{Rollup} differs from the ledger from {From:u} and cannot be repaired, bills are right: the ledger has {Requests} requests and {Units} billable units more; see keygen reconcile")]
    public static partial void RollupCannotBeRepaired(this ILogger logger, string rollup, DateTime from, long requests, long units);

    [LoggerMessage(364, LogLevel.Warning, "rollups could not be compared with the ledger, trying again the next time: {Reason}")]
    public static partial void AuditFailed(this ILogger logger, string reason);
}
