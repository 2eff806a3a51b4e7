using BenchmarkDotNet.Attributes;
using Gateway.Benchmarks.Usage;
using Gateway.Contracts.Usage;
using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.Storage;

namespace Gateway.Benchmarks.Processor;

/// <summary>What it costs to write an event as a row of COPY, in portions as <see cref="EventCopy"/> makes them.</summary>
[InProcess]
[MemoryDiagnoser]
public class EventRowsBenchmarks
{
    private const int Batch = 5_000;
    private const int PortionBytes = 64 * 1024;

    private UsageEvent[] _events = [];

    /// <summary>Reads the events.</summary>
    [GlobalSetup]
    public void Read() => _events = Array.ConvertAll(
        SampleMessages.Mint(Batch), static message => ReceivedMessage.Read(partition: 0, offset: 1, key: null, message).Event!);

    /// <summary>A row.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public long Encode()
    {
        var rows = new EventRows(PortionBytes);
        var bytes = 0L;
        foreach (var usageEvent in _events)
        {
            rows.Add(usageEvent);
            if (rows.Bytes.Length >= PortionBytes)
            {
                bytes += rows.Bytes.Length;
                rows.Clear();
            }
        }

        rows.End();
        return bytes + rows.Bytes.Length;
    }
}
