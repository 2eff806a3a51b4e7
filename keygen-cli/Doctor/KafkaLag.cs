using Confluent.Kafka;
using Dapper;
using Gateway.Contracts;
using Gateway.Keygen.Commands;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Output;
using Npgsql;

namespace Gateway.Keygen.Doctor;

/// <summary>What of the topic is not stored yet: the database's offsets, which are where a usage-processor goes on, beside the topic's ends.</summary>
internal sealed class KafkaLag(Surroundings surroundings)
{
    private const string Check = "usage-processor";

    /// <summary>Some seconds of a busy one.</summary>
    private const long WorthAWarning = 100_000;

    /// <summary>An idle one has nothing to write; heartbeats alone come every few seconds.</summary>
    private const int SilentAfterSeconds = 60;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public async Task RunAsync(IConsumer<Ignore, Ignore> consumer, TopicMetadata topic, Findings findings, CancellationToken cancellationToken)
    {
        if (await ReadAsync(cancellationToken) is not { } stored)
        {
            findings.Skip(Check, "how far it is cannot be read from the usage database");
            return;
        }

        long waiting = 0, lost = 0, ahead = 0;
        foreach (var partition in topic.Partitions)
        {
            var log = consumer.QueryWatermarkOffsets(new TopicPartition(topic.Topic, partition.PartitionId), Timeout);
            var next = stored.TryGetValue(partition.PartitionId, out var offset) ? offset.NextOffset : log.Low.Value;
            waiting += Math.Max(log.High.Value - Math.Max(next, log.Low.Value), 0);
            lost += Math.Max(log.Low.Value - next, 0);
            ahead += Math.Max(next - log.High.Value, 0);
        }

        Judge(findings, waiting, lost, ahead, stored.Count == 0 ? null : stored.Values.Min(static offset => offset.SecondsAgo));
    }

    private static void Judge(Findings findings, long waiting, long lost, long ahead, long? secondsAgo)
    {
        var seen = $"waiting to be stored: {Counted.Text(waiting, "message")}"
            + (secondsAgo is { } seconds ? $"; it last stored {Elapsed.Text(seconds)} ago" : "; it has never stored any");
        if (lost > 0)
        {
            findings.Fail(
                Check,
                $"deleted by Kafka before they were stored: {Counted.Text(lost, "message")}",
                "keygen reconcile names what is missing; raise the topic's retention");
        }
        else if (ahead > 0)
        {
            findings.Fail(
                Check,
                $"the database is {Counted.Text(ahead, "message")} ahead of the topic: that was made anew, or cut",
                "see the usage-processor's log, which says how to go on");
        }
        else if (waiting > 0 && secondsAgo is null or > SilentAfterSeconds)
        {
            findings.Fail(Check, seen, "start one, or see the log of the one that runs");
        }
        else if (waiting > WorthAWarning)
        {
            findings.Warn(Check, seen, "it is behind: start another one where it does not catch up");
        }
        else
        {
            findings.Ok(Check, waiting == 0 ? "everything is stored" : seen);
        }
    }

    private async Task<Dictionary<int, StoredOffset>?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await DatabaseConnection.OpenAnalyticsAsync(surroundings, cancellationToken);
            return (await connection.QueryAsync<StoredOffset>(new CommandDefinition(
                """
                SELECT partition, next_offset, greatest(extract(epoch FROM now() - updated_at)::bigint, 0) AS seconds_ago
                FROM consumer_offsets WHERE consumer_group = @group AND topic = @topic
                """,
                new { group = Topics.UsageProcessorGroup, topic = Topics.UsageEvents },
                cancellationToken: cancellationToken))).ToDictionary(static offset => offset.Partition);
        }
        catch (Exception exception) when (exception is CommandException or NpgsqlException)
        {
            // What is wrong with it, its own examination says.
            return null;
        }
    }

    private sealed record StoredOffset
    {
        public required int Partition { get; init; }

        public required long NextOffset { get; init; }

        public required long SecondsAgo { get; init; }
    }
}
