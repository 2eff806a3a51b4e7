using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Limits;

/// <summary>Measures each group in each round, and says what came out.</summary>
internal sealed class LimitsComparison(LimitsScenario scenario, string key, RedisCalls redis, TimeProvider timeProvider)
{
    // Until a gateway knows how hot the tenant is, its runtime has compiled what is hot, and connections are open.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Writes a line a measurement, as it is made; answers whether every request got an answer.</summary>
    public async Task<bool> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var allAnswered = true;
        await output.WriteLineAsync($"{"group",-16} {"requests/s",10} {"p50 ms",8} {"p99 ms",8} {"Redis calls/request",20}  answers");
        for (var round = 0; round < scenario.Rounds; round++)
        {
            foreach (var group in scenario.Groups)
            {
                await MeasureAsync(group, WarmUp, cancellationToken);
                var before = await redis.ReadAsync();
                var result = await MeasureAsync(group, scenario.During, cancellationToken);
                var calls = await redis.ReadAsync() - before;
                if (cancellationToken.IsCancellationRequested)
                {
                    return allAnswered;
                }

                await output.WriteLineAsync(
                    $"{group.Name,-16} {result.RequestsPerSecond,10:0} {result.Percentile(0.5),8:0.00} {result.Percentile(0.99),8:0.00} "
                    + $"{(double)calls / result.Latencies.Length,20:0.0000}  {result.Answers}");
                allAnswered &= result.Errors == 0;
            }
        }

        return allAnswered;
    }

    private Task<LoadResult> MeasureAsync(GatewayGroup group, TimeSpan during, CancellationToken cancellationToken) => scenario.Rate is { } rate
        ? new LoadRunner(new SteadyScenario(group.Urls, rate, during), key, timeProvider).RunAsync(cancellationToken)
        : new ClosedLoadRunner(group.Urls, scenario.Clients, during, key, timeProvider).RunAsync(cancellationToken);
}
