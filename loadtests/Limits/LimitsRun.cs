using Gateway.LoadTests.Running;
using Gateway.LoadTests.Scenarios;
using StackExchange.Redis;

namespace Gateway.LoadTests.Limits;

/// <summary>Reads what <c>limits</c> needs from the environment, and runs it.</summary>
internal static class LimitsRun
{
    public const string RedisVariable = "REDIS_URL";

    /// <summary>Answers the exit code.</summary>
    public static async Task<int> RunAsync(LimitsScenario scenario, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(LoadRun.KeyVariable) is not { Length: > 0 } key)
        {
            return await RefuseAsync(error, $"{LoadRun.KeyVariable} is not set; it holds the API key to send.");
        }

        if (!Uri.TryCreate(Environment.GetEnvironmentVariable(RedisVariable), UriKind.Absolute, out var url) || url.Scheme is not ("redis" or "rediss"))
        {
            return await RefuseAsync(error, $"{RedisVariable} is not set to redis://[[user:]password@]host[:port]; its script calls are counted.");
        }

        try
        {
            await using var redis = await RedisCalls.ConnectAsync(url);
            using var client = new LoadClient();
            return await new LimitsComparison(scenario, key, redis, client).RunAsync(output, cancellationToken) ? ExitCode.Succeeded : ExitCode.Failed;
        }
        catch (RedisException exception)
        {
            await error.WriteLineAsync($"Redis does not answer: {exception.GetType().Name}");
            return ExitCode.Failed;
        }
    }

    private static async Task<int> RefuseAsync(TextWriter error, string problem)
    {
        await error.WriteLineAsync(problem);
        return ExitCode.Usage;
    }
}
