using Gateway.Contracts;
using Gateway.Hosting.Settings;
using Gateway.UsageProcessor.Continuity;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>What is read and in what portions it is stored (section <c>Consumer</c>).</summary>
/// <param name="BootstrapServers">Kafka, <c>KAFKA_BOOTSTRAP_SERVERS</c>.</param>
/// <param name="Topic">Where usage events come from (<c>Topic</c>, <see cref="Topics.UsageEvents"/>).</param>
/// <param name="Group">Who shares the partitions (<c>Group</c>, <see cref="Topics.UsageProcessorGroup"/>).</param>
/// <param name="BatchMessages">Messages of one transaction at most (<c>BatchMessages</c>, 5,000).</param>
/// <param name="BatchBytes">Their bytes at most (<c>BatchBytes</c>, 16 MiB): bounds the memory whatever is sent to the topic.</param>
/// <param name="BatchWait">How long the first message of a batch waits for others (<c>BatchWaitMilliseconds</c>, 500).</param>
/// <param name="SessionTimeout">
/// When a processor that has died loses its partitions to the others (<c>SessionTimeoutMilliseconds</c>, 10,000).
/// </param>
/// <param name="OnLostMessages">
/// What happens when unread messages are gone from the log, or the log is another one (<c>OnLostMessages</c>, Stop).
/// </param>
/// <param name="MaxPollInterval">
/// When a processor that lives but does not consume any more loses its partitions (<c>MaxPollIntervalMilliseconds</c>, 300,000). A slow
/// database is no reason: it goes on asking Kafka meanwhile.
/// </param>
/// <param name="LossPatience">
/// How long a loss has to be seen before it is believed (<c>LossPatienceSeconds</c>, 20). A broker that does not know yet that it leads no
/// more shows an older log; Kafka takes the lead from one after 9 s, and it learns so when it is back.
/// </param>
internal sealed record ConsumerOptions(
    string BootstrapServers,
    string Topic,
    string Group,
    int BatchMessages,
    int BatchBytes,
    TimeSpan BatchWait,
    TimeSpan SessionTimeout,
    LossPolicy OnLostMessages = LossPolicy.Stop,
    TimeSpan? MaxPollInterval = null,
    TimeSpan LossPatience = default)
{
    private const string Section = "Consumer";
    private const int DefaultBatchMessages = 5_000;
    private const int DefaultBatchBytes = 16 * 1024 * 1024;
    private const int DefaultBatchWaitMilliseconds = 500;
    private const int DefaultSessionTimeoutMilliseconds = 10_000;
    private const int DefaultMaxPollIntervalMilliseconds = 300_000;
    private const int DefaultLossPatienceSeconds = 20;

    public static ConsumerOptions Read(IConfiguration configuration) => new(
        configuration.KafkaBootstrapServers(),
        configuration[$"{Section}:Topic"] is { Length: > 0 } topic ? topic : Topics.UsageEvents,
        configuration[$"{Section}:Group"] is { Length: > 0 } group ? group : Topics.UsageProcessorGroup,
        (int)configuration.Number($"{Section}:BatchMessages", DefaultBatchMessages, 1, 100_000),
        (int)configuration.Number($"{Section}:BatchBytes", DefaultBatchBytes, 1, 1024 * 1024 * 1024),
        configuration.Milliseconds($"{Section}:BatchWaitMilliseconds", DefaultBatchWaitMilliseconds, 0, 60_000),
        configuration.Milliseconds($"{Section}:SessionTimeoutMilliseconds", DefaultSessionTimeoutMilliseconds, 1_000, 300_000),
        configuration.Choice($"{Section}:OnLostMessages", LossPolicy.Stop),
        configuration.Milliseconds($"{Section}:MaxPollIntervalMilliseconds", DefaultMaxPollIntervalMilliseconds, 1_000, 86_400_000),
        configuration.Seconds($"{Section}:LossPatienceSeconds", DefaultLossPatienceSeconds, 1, 3_600));
}
