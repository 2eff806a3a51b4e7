using Gateway.Contracts.Usage;
using Gateway.UsageProcessor.Storage;

namespace Gateway.LoadTests.Ingest;

/// <summary>The same events twice: in a topic for usage-processors, and as rows for COPY.</summary>
/// <param name="Number">The set's number.</param>
/// <param name="Topic">Where they are.</param>
/// <param name="Batches">Rows for COPY, made beforehand so that sending them costs next to nothing, in the order in which a consumer gets them, as many as a usage-processor's transaction has.</param>
/// <param name="Count">How many events.</param>
/// <param name="Consuming">What reading them from Kafka takes, and nothing else.</param>
internal sealed record EventSet(int Number, IngestTopic Topic, IReadOnlyList<ReadOnlyMemory<byte>> Batches, int Count, TimeSpan Consuming)
{
    /// <exception cref="LoadTestException">The broker did not take them all.</exception>
    public static async Task<EventSet> PrepareAsync(
        IngestServers servers, int number, IngestScenario scenario, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var topic = new IngestTopic(servers.Broker, $"usage-events-{number}");
        await topic.CreateAsync();
        topic.Fill(IngestEvents.Mint(number, scenario.Events, timeProvider.GetUtcNow()), cancellationToken);
        var (messages, elapsed) = topic.Read(scenario.Events, cancellationToken);
        return new EventSet(number, topic, [.. messages.Chunk(scenario.BatchMessages).Select(ToRows)], scenario.Events, elapsed);
    }

    private static ReadOnlyMemory<byte> ToRows(byte[][] messages)
    {
        var rows = new EventRows(messages.Sum(static message => message.Length));
        foreach (var message in messages)
        {
            rows.Add(UsageEventJson.TryParse(message, out var usageEvent, out var reason)
                ? usageEvent
                : throw new LoadTestException($"What was put into the topic is no usage event: {reason}"));
        }

        rows.End();
        return rows.Bytes;
    }
}
