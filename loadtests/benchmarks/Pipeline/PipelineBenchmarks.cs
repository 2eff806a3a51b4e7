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
    public async Task StartAsync() => _pipeline = await GatewayPipeline.StartAsync();

    /// <summary>Stops all of it.</summary>
    [GlobalCleanup]
    public async Task StopAsync() => await _pipeline.DisposeAsync();

    /// <summary>One request.</summary>
    [Benchmark]
    public async Task Request() => await _pipeline.SendAsync();
}
