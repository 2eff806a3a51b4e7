using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests;

/// <summary>With the broker that librdkafka carries, a new one for each test.</summary>
public sealed class EmbeddedBrokerTests(TestServers servers) : WholeWayTests(servers), IAsyncDisposable
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    private protected override Task<IBroker> BrokerAsync() => Task.FromResult<IBroker>(_broker);
}

/// <summary>With Apache Kafka. Tests of a class run one after another, so they can share it.</summary>
public sealed class ApacheKafkaTests(TestServers servers) : WholeWayTests(servers)
{
    private readonly TestServers _servers = servers;

    private protected override async Task<IBroker> BrokerAsync() => await _servers.ApacheKafkaAsync();
}
