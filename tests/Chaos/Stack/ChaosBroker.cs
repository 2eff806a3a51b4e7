using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Chaos.Stack;

/// <summary>The broker, or the three of them, and what can happen to one: the Kafka of <c>KAFKA_HOME</c>, else the one embedded in librdkafka.</summary>
internal sealed class ChaosBroker : IAsyncDisposable
{
    private readonly IBroker _broker;

    private ChaosBroker(IBroker broker) => _broker = broker;

    /// <summary>Whether what it has survives its end.</summary>
    public bool Survives => _broker is not EmbeddedBroker;

    /// <summary>In how many of them each message has to be once all are well.</summary>
    public int Replicas => _broker is ApacheKafkaCluster ? ApacheKafkaCluster.Brokers : 1;

    public string BootstrapServers => _broker.BootstrapServers;

    public string Description => _broker.Description;

    public static async Task<ChaosBroker> StartAsync(string folder, int brokers, CancellationToken cancellationToken) => new(ApacheKafka.Home switch
    {
        { } home when brokers > 1 => await ApacheKafkaCluster.StartAsync(home, folder, StablePort.Next, cancellationToken),
        { } home => await ApacheKafka.StartAsync(home, folder, StablePort.Next(), StablePort.Next(), cancellationToken),
        null => EmbeddedBroker.Start(),
    });

    public Task KillAsync(int number) => ProcessOf(number)!.KillAsync();

    /// <summary>SIGTERM; kill -9 after 30 s.</summary>
    public Task StopAsync(int number) => ProcessOf(number)!.StopAsync();

    public async Task StartAgainAsync(int number, CancellationToken cancellationToken)
    {
        if (_broker is ApacheKafkaCluster cluster)
        {
            await cluster.StartBrokerAsync(number, cancellationToken);
        }
        else if (_broker is ApacheKafka kafka)
        {
            await kafka.DisposeAsync();
            await kafka.StartProcessAsync(cancellationToken);
        }
    }

    public void Freeze(int number)
    {
        ProcessOf(number)?.Freeze();
        (_broker as EmbeddedBroker)?.GoDown();
    }

    public void Thaw(int number)
    {
        ProcessOf(number)?.Thaw();
        (_broker as EmbeddedBroker)?.ComeUp();
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    private ChildProcess? ProcessOf(int number) => _broker switch
    {
        ApacheKafkaCluster cluster => cluster.ProcessOf(number),
        ApacheKafka kafka => kafka.Process,
        _ => null,
    };
}
