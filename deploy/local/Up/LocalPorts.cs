namespace Gateway.LocalStack.Up;

/// <summary>A port that `up` listens on, and the environment variable that moves it.</summary>
internal sealed record LocalPort(string Variable, string Purpose, int Number);

/// <summary>The ports of the local stack. Documented in `./dev help`.</summary>
internal sealed record LocalPorts
{
    private LocalPorts()
    {
    }

    public LocalPort Proxy { get; } = Read("GATEWAY_DEV_PROXY_PORT", "the gateway", 8080);

    public LocalPort Management { get; } = Read("GATEWAY_DEV_MANAGEMENT_PORT", "the gateway's health and metrics", 8081);

    public LocalPort Processor { get; } = Read("GATEWAY_DEV_PROCESSOR_PORT", "the usage-processor's health and metrics", 8082);

    public LocalPort Postgres { get; } = Read("GATEWAY_DEV_POSTGRES_PORT", "PostgreSQL", 15432);

    public LocalPort Redis { get; } = Read("GATEWAY_DEV_REDIS_PORT", "Redis", 16379);

    public LocalPort Backend { get; } = Read("GATEWAY_DEV_BACKEND_PORT", "the sample backend", 18090);

    public LocalPort Kafka { get; } = Read("GATEWAY_DEV_KAFKA_PORT", "Kafka", 19092);

    public LocalPort KafkaController { get; } = Read("GATEWAY_DEV_KAFKA_CONTROLLER_PORT", "Kafka's controller", 19093);

    /// <exception cref="InvalidOperationException">A variable is no port.</exception>
    public static LocalPorts FromEnvironment() => new();

    /// <summary>Those that will be listened on. The embedded broker takes a free port of its own choice.</summary>
    public IReadOnlyList<LocalPort> InUse(bool withKafka) =>
        [Proxy, Management, Processor, Postgres, Redis, Backend, .. withKafka ? [Kafka, KafkaController] : Array.Empty<LocalPort>()];

    private static LocalPort Read(string variable, string purpose, int defaultNumber)
    {
        var text = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(text))
        {
            return new LocalPort(variable, purpose, defaultNumber);
        }

        return ushort.TryParse(text, out var number) && number > 0
            ? new LocalPort(variable, purpose, number)
            : throw new InvalidOperationException($"{variable} is '{text}'; it must be a port, 1 to 65535.");
    }
}
