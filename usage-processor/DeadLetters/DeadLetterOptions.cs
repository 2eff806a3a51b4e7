using Gateway.Contracts;
using Gateway.Hosting.Settings;

namespace Gateway.UsageProcessor.DeadLetters;

/// <summary>Where messages go that are no usage events (section <c>DeadLetters</c>).</summary>
/// <param name="BootstrapServers">Kafka, <c>KAFKA_BOOTSTRAP_SERVERS</c>.</param>
/// <param name="Topic">Their topic (<c>Topic</c>, <see cref="Topics.DeadLetters"/>).</param>
internal sealed record DeadLetterOptions(string BootstrapServers, string Topic)
{
    private const string Section = "DeadLetters";

    public static DeadLetterOptions Read(IConfiguration configuration) => new(
        configuration.KafkaBootstrapServers(),
        configuration[$"{Section}:Topic"] is { Length: > 0 } topic ? topic : Topics.DeadLetters);
}
