using Gateway.LocalStack.Servers;

namespace Gateway.Chaos.Stack;

/// <summary>The broker and what can happen to it: the Kafka of <c>KAFKA_HOME</c>, else the one embedded in librdkafka.</summary>
internal sealed class ChaosBroker : IAsyncDisposable
{
    private readonly ApacheKafka? _kafka;
    private readonly EmbeddedBroker? _embedded;

    private ChaosBroker(ApacheKafka? kafka, EmbeddedBroker? embedded) => (_kafka, _embedded) = (kafka, embedded);

    /// <summary>Whether what it has survives its end.</summary>
    public bool Survives => _kafka is not null;

    public string BootstrapServers => Broker.BootstrapServers;

    public string Description => Broker.Description;

    private IBroker Broker => _kafka is not null ? _kafka : _embedded!;

    public static async Task<ChaosBroker> StartAsync(string folder, CancellationToken cancellationToken) => ApacheKafka.Home is { } home
        ? new ChaosBroker(await ApacheKafka.StartAsync(home, folder, StablePort.Next(), StablePort.Next(), cancellationToken), embedded: null)
        : new ChaosBroker(kafka: null, EmbeddedBroker.Start());

    public Task KillAsync() => _kafka!.Process.KillAsync();

    public Task StopAsync() => _kafka!.Process.StopAsync();

    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        await _kafka!.DisposeAsync();
        await _kafka.StartProcessAsync(cancellationToken);
    }

    public void Freeze()
    {
        _kafka?.Process.Freeze();
        _embedded?.GoDown();
    }

    public void Thaw()
    {
        _kafka?.Process.Thaw();
        _embedded?.ComeUp();
    }

    public ValueTask DisposeAsync() => Broker.DisposeAsync();
}
