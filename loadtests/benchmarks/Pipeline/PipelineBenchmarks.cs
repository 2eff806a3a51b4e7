using BenchmarkDotNet.Attributes;

namespace Gateway.Benchmarks.Pipeline;

/// <summary>
/// A request through the whole gateway, without sockets: <see cref="GatewayPipeline"/>. What is allocated is all that the process
/// allocates meanwhile, the publishing of the event to the broker included; <c>benchmarks allocations</c> tells the two apart.
/// </summary>
[InProcess]
[MemoryDiagnoser]
public class PipelineBenchmarks
{
    private GatewayPipeline _pipeline = null!;

    /// <summary>Starts it with its servers.</summary>
    [GlobalSetup]
    public void Start() => _pipeline = GatewayPipeline.StartAsync().GetAwaiter().GetResult();

    /// <summary>Stops all of it.</summary>
    [GlobalCleanup]
    public void Stop() => _pipeline.DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>One request.</summary>
    [Benchmark]
    public async Task Request() => await _pipeline.SendAsync();
}
