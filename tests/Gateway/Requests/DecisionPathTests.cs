using Gateway.Testing;

namespace Gateway.Tests.Requests;

/// <summary>Measures what one thread allocates: nothing may run beside it.</summary>
[CollectionDefinition(nameof(DecisionPathTests), DisableParallelization = true)]
[Collection(nameof(DecisionPathTests))]
public sealed class DecisionPathTests(TestServers servers)
{
    private const int Decisions = 10_000;

    // Leases grow with the rate, and the test's clock stands still: after so many the next ones need no new lease, but for once.
    private const int WarmingUp = 6 * Decisions;
    private const int MaximumRounds = 10;

    [Fact]
    public async Task Decision_from_a_lease_with_its_records_in_the_journal_allocates_nothing()
    {
        await using var path = await DecisionPath.StartAsync((await servers.RedisAsync()).Url);
        for (var decision = 0; decision < WarmingUp; decision++)
        {
            await path.DecideAsync();
        }

        // Code that the runtime has not compiled for good yet may allocate what it will not later. Asking Redis always does, and is
        // another path.
        var least = long.MaxValue;
        var rounds = 0;
        for (; rounds < MaximumRounds && least > 0; rounds++)
        {
            await path.UntilLeasedAsync();
            var calls = path.RedisCalls;
            var allocated = DecideAll(path);
            least = path.RedisCalls == calls ? Math.Min(least, allocated) : least;
        }

        Assert.Equal(0, least);
        Assert.Equal(WarmingUp + (rounds * Decisions), path.Answered);
    }

    /// <summary>Decides over them one after the other; answers the bytes that this allocated.</summary>
    private static long DecideAll(DecisionPath path)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var decision = 0; decision < Decisions; decision++)
        {
            if (!path.DecideAsync().IsCompletedSuccessfully)
            {
                Assert.Fail("A decision from a lease waited.");
            }
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
