using BenchmarkDotNet.Attributes;
using Gateway.Benchmarks.Usage;
using Gateway.UsageProcessor.Consuming;

namespace Gateway.Benchmarks.Processor;

/// <summary>What it costs a usage-processor to understand a message.</summary>
[InProcess]
[MemoryDiagnoser]
public class MessageBenchmarks
{
    private readonly byte[] _event = SampleMessages.Mint(1)[0];
    private readonly byte[] _rubbish = "{\"specversion\":\"1.0\",\"type\":\"gateway.request.v1\",\"id\":\"no id\"}"u8.ToArray();

    /// <summary>An event.</summary>
    [Benchmark(Baseline = true)]
    public object Event() => ReceivedMessage.Read(partition: 0, offset: 1, key: null, _event);

    /// <summary>What becomes a dead letter.</summary>
    [Benchmark]
    public object DeadLetter() => ReceivedMessage.Read(partition: 0, offset: 1, key: null, _rubbish);
}
