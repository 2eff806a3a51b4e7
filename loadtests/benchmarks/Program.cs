using System.Globalization;
using BenchmarkDotNet.Running;
using Gateway.Benchmarks.Allocations;
using Gateway.Benchmarks.Keys;

namespace Gateway.Benchmarks;

/// <summary>Benchmarks of the parts of gateway and usage-processor, and of a whole request.</summary>
internal static class Program
{
    private const int WrongUsage = 2;
    private const int DefaultRequests = 100_000;
    private const int TableRows = 40;

    private const string Usage =
        """
        usage: benchmarks                          list them and ask which
               benchmarks --list flat              list them
               benchmarks --filter '*Limits*'      run some; '*' runs all; other options are BenchmarkDotNet's (--help)
               benchmarks load COUNT               how long so many keys take to be read from PostgreSQL, and what they weigh;
                                                   with DATABASE_URL set to a migrated database that has no keys
               benchmarks allocations [REQUESTS]   bytes that a request through the whole gateway allocates, and who does it
        Servers that a benchmark needs are started for it: PostgreSQL, redis-server and librdkafka have to be installed.
        """;

    public static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["load", var text] when TryRead(text, out var count):
                return await KeyLoad.RunAsync(count);
            case ["allocations"]:
                return await AllocationRun.RunAsync(DefaultRequests, TableRows);
            case ["allocations", var text] when TryRead(text, out var requests):
                return await AllocationRun.RunAsync(requests, TableRows);
            case ["load" or "allocations", ..]:
                await Console.Error.WriteLineAsync(Usage);
                return WrongUsage;
            default:
                if (arguments is [] or ["--help"])
                {
                    Console.WriteLine(Usage);
                }

                BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments);
                return 0;
        }
    }

    private static bool TryRead(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
}
