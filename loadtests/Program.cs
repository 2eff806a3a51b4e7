using System.Runtime.InteropServices;
using Gateway.LoadTests.Compare;
using Gateway.LoadTests.Growth;
using Gateway.LoadTests.Ingest;
using Gateway.LoadTests.Limits;
using Gateway.LoadTests.Outage;
using Gateway.LoadTests.Running;
using StackExchange.Redis;

namespace Gateway.LoadTests;

/// <summary>
/// Sends requests through running gateways and says what came back, and how fast: at a steady rate, or as one hot tenant
/// (<c>limits</c>), with what that costs in Redis. Or it measures how fast usage events are stored (<c>ingest</c>), or lets a
/// gateway serve without its broker (<c>outage</c>).
/// </summary>
internal static class Program
{
    private const int Succeeded = 0;
    private const int Failed = 1;
    private const int WrongUsage = 2;
    private const string KeyVariable = "GATEWAY_KEY";
    private const string RedisVariable = "REDIS_URL";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments.Contains("--help"))
        {
            Console.WriteLine($"{SteadyScenario.Usage}\n\n{LimitsScenario.Usage}\n\n{IngestScenario.Usage}\n\n{OutageScenario.Usage}\n\n{CompareScenario.Usage}\n\n{GrowthScenario.Usage}");
            return Succeeded;
        }

        using var interrupted = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return arguments switch
        {
            [LimitsScenario.Name, ..] => await RunLimitsAsync(arguments.AsMemory(1), interrupted.Token),
            [IngestScenario.Name, ..] => IngestScenario.TryParse(arguments.AsSpan(1), out var ingest) is { } wrong
                ? await RefuseAsync(wrong)
                : await ReportAsync(IngestRun.RunAsync(ingest, Console.Out, interrupted.Token)),
            [OutageScenario.Name, ..] => OutageScenario.TryParse(arguments.AsSpan(1), out var outage) is { } wrong
                ? await RefuseAsync(wrong)
                : await ReportAsync(OutageRun.RunAsync(outage, Console.Out, interrupted.Token)),
            [CompareScenario.Name, ..] => CompareScenario.TryParse(arguments.AsSpan(1), out var compare) is { } wrong
                ? await RefuseAsync(wrong)
                : await ReportAsync(CompareRun.RunAsync(compare, Console.Out, interrupted.Token)),
            [GrowthScenario.Name, ..] => GrowthScenario.TryParse(arguments.AsSpan(1), out var growth) is { } wrong
                ? await RefuseAsync(wrong)
                : await ReportAsync(GrowthRun.RunAsync(growth, Console.Out, interrupted.Token)),
            [BareProxy.Name] => await BareProxy.RunAsync(interrupted.Token),
            _ => await RunSteadyAsync(arguments, interrupted.Token),
        };

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.Cancel();
        }
    }

    private static async Task<int> RunSteadyAsync(string[] arguments, CancellationToken cancellationToken)
    {
        if (SteadyScenario.TryParse(arguments, out var scenario) is { } problem)
        {
            return await RefuseAsync($"{problem}\n{SteadyScenario.Usage}");
        }

        if (ReadKey() is not { } key)
        {
            return await RefuseAsync($"{KeyVariable} is not set; it holds the API key to send.");
        }

        var result = await new LoadRunner(scenario, key, TimeProvider.System).RunAsync(cancellationToken);
        Console.WriteLine(result.ToTable());
        return result.Errors == 0 ? Succeeded : Failed;
    }

    private static async Task<int> RunLimitsAsync(ReadOnlyMemory<string> arguments, CancellationToken cancellationToken)
    {
        if (LimitsScenario.TryParse(arguments.Span, out var scenario) is { } problem)
        {
            return await RefuseAsync($"{problem}\n{LimitsScenario.Usage}");
        }

        if (ReadKey() is not { } key)
        {
            return await RefuseAsync($"{KeyVariable} is not set; it holds the API key to send.");
        }

        if (!Uri.TryCreate(Environment.GetEnvironmentVariable(RedisVariable), UriKind.Absolute, out var url) || url.Scheme is not ("redis" or "rediss"))
        {
            return await RefuseAsync($"{RedisVariable} is not set to redis://[[user:]password@]host[:port]; its script calls are counted.");
        }

        try
        {
            await using var redis = await RedisCalls.ConnectAsync(url);
            var comparison = new LimitsComparison(scenario, key, redis, TimeProvider.System);
            return await comparison.RunAsync(Console.Out, cancellationToken) ? Succeeded : Failed;
        }
        catch (RedisException exception)
        {
            await Console.Error.WriteLineAsync($"Redis does not answer: {exception.GetType().Name}");
            return Failed;
        }
    }

    // What brings its own servers answers what is wrong, or null.
    private static async Task<int> ReportAsync(Task<string?> run)
    {
        try
        {
            if (await run is not { } problem)
            {
                return Succeeded;
            }

            await Console.Error.WriteLineAsync(problem);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped; nothing is left running.");
        }

        return Failed;
    }

    // A key on the command line would be seen by everybody who lists processes.
    private static string? ReadKey() => Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key : null;

    private static async Task<int> RefuseAsync(string problem)
    {
        await Console.Error.WriteLineAsync(problem);
        return WrongUsage;
    }
}
