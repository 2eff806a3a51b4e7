namespace Gateway.LocalStack.Servers;

/// <summary>Something that speaks the Kafka protocol.</summary>
public interface IBroker : IAsyncDisposable
{
    /// <summary>What people call it.</summary>
    string Description { get; }

    /// <summary>As <c>KAFKA_BOOTSTRAP_SERVERS</c> takes it.</summary>
    string BootstrapServers { get; }
}
