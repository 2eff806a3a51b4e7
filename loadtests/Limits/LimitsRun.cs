using Gateway.LoadTests.Running;
using Gateway.LoadTests.Scenarios;

namespace Gateway.LoadTests.Limits;

/// <summary>Reads what <c>limits</c> needs from the environment, and runs it.</summary>
internal static class LimitsRun
{
    public const string RedisVariable = "REDIS_URL";

    /// <summary>Answers what is wrong, or null.</summary>
    /// <exception cref="LoadTestException">A setting is missing.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public static async Task<string?> RunAsync(LimitsScenario scenario, TextWriter output, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(LoadRun.KeyVariable) is not { Length: > 0 } key)
        {
            throw new LoadTestException($"{LoadRun.KeyVariable} is not set; it holds the API key to send.", ExitCode.Usage);
        }

        if (!Uri.TryCreate(Environment.GetEnvironmentVariable(RedisVariable), UriKind.Absolute, out var url) || url.Scheme is not ("redis" or "rediss"))
        {
            throw new LoadTestException($"{RedisVariable} is not set to redis://[[user:]password@]host[:port]; its script calls are counted.", ExitCode.Usage);
        }

        await using var redis = await RedisCalls.ConnectAsync(url);
        using var client = new LoadClient();
        return await new LimitsComparison(scenario, key, redis, client).RunAsync(output, cancellationToken)
            ? null
            : "Some requests got no answer.";
    }
}
