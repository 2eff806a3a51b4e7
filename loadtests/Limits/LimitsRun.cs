using Gateway.LoadTests.Running;
using Gateway.LoadTests.Scenarios;
using StackExchange.Redis;

namespace Gateway.LoadTests.Limits;

/// <summary>Reads what <c>limits</c> needs from the command line and the environment, and runs it.</summary>
internal static class LimitsRun
{
    private const string RedisVariable = "REDIS_URL";

    /// <summary>Answers the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        if (LimitsScenario.TryParse(arguments, out var scenario) is { } problem)
        {
            return await RefuseAsync(problem);
        }

        if (Environment.GetEnvironmentVariable(LoadRun.KeyVariable) is not { Length: > 0 } key)
        {
            return await RefuseAsync($"{LoadRun.KeyVariable} is not set; it holds the API key to send.");
        }

        if (!Uri.TryCreate(Environment.GetEnvironmentVariable(RedisVariable), UriKind.Absolute, out var url) || url.Scheme is not ("redis" or "rediss"))
        {
            return await RefuseAsync($"{RedisVariable} is not set to redis://[[user:]password@]host[:port]; its script calls are counted.");
        }

        try
        {
            await using var redis = await RedisCalls.ConnectAsync(url);
            using var client = new LoadClient();
            return await new LimitsComparison(scenario, key, redis, client).RunAsync(Console.Out, cancellationToken) ? ExitCode.Succeeded : ExitCode.Failed;
        }
        catch (RedisException exception)
        {
            await Console.Error.WriteLineAsync($"Redis does not answer: {exception.GetType().Name}");
            return ExitCode.Failed;
        }
    }

    private static async Task<int> RefuseAsync(string problem)
    {
        await Console.Error.WriteLineAsync(problem);
        return ExitCode.Usage;
    }
}
