using BenchmarkDotNet.Attributes;
using Gateway.Contracts.Usage;

namespace Gateway.Benchmarks.Usage;

/// <summary>What it costs a usage-processor to read an event's message, and a gateway to write it.</summary>
[InProcess]
[MemoryDiagnoser]
public class EventJsonBenchmarks
{
    private readonly UsageEventWriter _writer = new();
    private UsageEvent _event = null!;
    private byte[] _message = [];

    /// <summary>An event and its message.</summary>
    [GlobalSetup]
    public void Mint()
    {
        _event = SampleRecord.Mint().ToEvent($"gateway/{Guid.NewGuid()}");
        _message = UsageEventJson.Serialize(_event);
    }

    /// <summary>One message.</summary>
    [Benchmark]
    public UsageEvent? Read() => UsageEventJson.TryParse(_message, out var usageEvent, out _) ? usageEvent : null;

    /// <summary>One event.</summary>
    [Benchmark]
    public int Write() => _writer.Write(_event).Length;
}
