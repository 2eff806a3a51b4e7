using BenchmarkDotNet.Running;
using Gateway.Benchmarks.Keys;

namespace Gateway.Benchmarks;

/// <summary>
/// Benchmarks of the gateway's parts. Without arguments it asks which; <c>--filter '*'</c> runs all;
/// <c>load COUNT</c> measures how long that many keys take to be read from PostgreSQL, and what they weigh.
/// </summary>
internal static class Program
{
    private const int WrongUsage = 2;

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["load", ..])
        {
            if (arguments.Length == 2 && int.TryParse(arguments[1], out var count) && count > 0)
            {
                return await KeyLoad.RunAsync(count);
            }

            await Console.Error.WriteLineAsync("usage: benchmarks load COUNT, with DATABASE_URL set to a migrated database that has no keys");
            return WrongUsage;
        }

        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments);
        return 0;
    }
}
