using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Limits;

/// <summary>Measures each group in each round, and says what came out.</summary>
internal sealed class LimitsComparison(LimitsScenario scenario, string key, RedisCalls redis, LoadClient client)
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
                    $"{group.Name,-16} {result.RequestsPerSecond,10:0} {result.Latency?.P50,8:0.00} {result.Latency?.P99,8:0.00} "
                    + $"{(double)calls / result.Requests,20:0.0000}  {ScenarioStats.ToText(result.Statuses)}");
                allAnswered &= !result.Statuses.ContainsKey(Response.NoAnswer);
            }
        }

        return allAnswered;
    }

    // Whatever the limits say is an answer.
    private Task<ScenarioStats> MeasureAsync(GatewayGroup group, TimeSpan during, CancellationToken cancellationToken) => ScenarioRunner.RunAsync(
        new Scenario(
            group.Name,
            (number, token) => client.SendAsync(new HttpRequestMessage(HttpMethod.Get, group.Urls[number % group.Urls.Length]), key, [200, 429], token),
            scenario.Load(during)),
        cancellationToken);
}
