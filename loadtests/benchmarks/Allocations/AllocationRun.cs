using Gateway.Benchmarks.Pipeline;

namespace Gateway.Benchmarks.Allocations;

/// <summary>
/// What a request through the whole gateway allocates, to the byte on its own thread and beside it, and who does it: sampled, with the
/// stacks of the runtime's own events.
/// </summary>
internal static class AllocationRun
{
    private const int WarmingUp = 30_000;

    public static async Task<int> RunAsync(int requests, int rows)
    {
        await using var pipeline = await GatewayPipeline.StartAsync();
        await SendAsync(pipeline, WarmingUp);

        var (onThread, inAll) = Measure(pipeline, requests);
        using var trace = new AllocationTrace();
        await trace.RecordAsync(() => SendAsync(pipeline, requests));
        Console.WriteLine($"{requests:N0} requests through the whole gateway, without sockets and without lines in the log");
        Console.WriteLine($"  on the request's own thread  {(double)onThread / requests,8:N0} bytes a request");
        Console.WriteLine($"  in all threads               {(double)inAll / requests,8:N0} bytes a request, publishing of events included");
        AllocationReport.Write(trace.Read(), requests, rows, Console.Out);
        return 0;
    }

    private static async Task SendAsync(GatewayPipeline pipeline, int requests)
    {
        for (var request = 0; request < requests; request++)
        {
            await pipeline.SendAsync();
        }
    }

    /// <exception cref="InvalidOperationException">Too many requests waited, so what they allocated was on other threads.</exception>
    private static (long OnThread, long InAll) Measure(GatewayPipeline pipeline, int requests)
    {
        var (onThread, inAll) = (GC.GetAllocatedBytesForCurrentThread(), GC.GetTotalAllocatedBytes(precise: true));
        var waited = 0;
        for (var request = 0; request < requests; request++)
        {
            var sending = pipeline.SendAsync();
            if (!sending.IsCompleted)
            {
                // For Redis, when requests outran a lease. Blocks, as an await would go on on another thread, whose bytes are not counted.
                waited++;
                sending.AsTask().GetAwaiter().GetResult();
            }
        }

        return waited > requests / 100
            ? throw new InvalidOperationException($"{waited} of {requests} requests waited for something.")
            : (GC.GetAllocatedBytesForCurrentThread() - onThread, GC.GetTotalAllocatedBytes(precise: true) - inAll);
    }
}
