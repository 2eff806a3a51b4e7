using BenchmarkDotNet.Attributes;
using Gateway.UsageProcessor.Deduplication;

namespace Gateway.Benchmarks.Processor;

/// <summary>What an event costs in the memory of those that were stored lately, when it is full: each batch makes room for itself.</summary>
[InProcess]
[MemoryDiagnoser]
public class DeduplicationBenchmarks
{
    private const int Batch = 5_000;
    private const int Capacity = 500_000;

    // Twice what is remembered, so that a batch has been forgotten when its turn comes again.
    private const int Batches = 2 * Capacity / Batch;

    private readonly EventKey[][] _batches = new EventKey[Batches][];
    private DeduplicationWindow _window = null!;
    private int _next;

    /// <summary>Fills it.</summary>
    [GlobalSetup]
    public void Fill()
    {
        _window = new DeduplicationWindow(new DeduplicationOptions(TimeSpan.FromHours(1), Capacity), TimeProvider.System);
        for (var batch = 0; batch < Batches; batch++)
        {
            _batches[batch] = Array.ConvertAll(new EventKey[Batch], static _ => new EventKey(Guid.CreateVersion7(), TimeProvider.System.GetUtcNow().UtcTicks));
            _window.Remember(_batches[batch]);
        }
    }

    /// <summary>An event of a batch: is it a copy? It is not, and is remembered.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int NewEvents()
    {
        var batch = _batches[_next];
        _next = (_next + 1) % Batches;
        var copies = Count(batch);
        _window.Remember(batch);
        return copies;
    }

    /// <summary>An event of a batch that was stored a moment ago.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int Copies() => Count(_batches[(_next + Batches - 1) % Batches]);

    private int Count(EventKey[] keys)
    {
        var known = 0;
        foreach (var key in keys)
        {
            known += _window.Contains(key) ? 1 : 0;
        }

        return known;
    }
}
