using Gateway.EndToEnd.Tests.Fixtures;
using Gateway.EndToEnd.Tests.Limits.Fleets;
using Gateway.EndToEnd.Tests.Limits.Running;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Limits;

/// <summary>
/// Promise 4. What a limit may let out around one outage, over all gateways together:
/// <list type="bullet">
/// <item>while Redis is away, each of n gateways its share, a part in n of rate and burst but never less than one unit:
/// burst + n + rate × time of the outage;</item>
/// <item>before and after, burst + rate × time in Redis. One that was frozen goes on with what it had; one that was killed
/// comes back empty, so all buckets are full again: burst once more.</item>
/// </list>
/// </summary>
[Collection(UndisturbedTests.Name)]
public sealed class RedisOutageTests(OutageFleet outage, ITestOutputHelper output) : IClassFixture<OutageFleet>
{
    private const int RequestsPerSecond = 50;
    private const int ProbeLimit = 40;
    private const int ProbeConcurrency = 8;
    private const int ProbesAfterwards = 3;
    private const int Probes = 60;

    private static readonly LimitRow Day = new("day", 1_000_000_000, 1_000_000_000);
    private static readonly LimitRow Minute = new("minute", 1_000_000_000, 1_000_000_000);
    private static readonly LimitRow[][] Limits =
    [
        [new("minute", 60, 5), Day],
        [new("minute", 600, 20), Day],
        [new("minute", 1_500, 100), Day],
        [new("minute", 60_000, 1_000), Day],
        [Minute, new("day", 1, 50)],
    ];

    // So that every gateway has heard of the other.
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan During = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan BackDeadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(100);

    private readonly Fleet _fleet = outage.Fleet;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_Redis_no_request_fails_gateways_give_their_shares_and_5_s_after_its_return_limits_are_exact(bool isFrozen)
    {
        var customers = await _fleet.Customers.CreateAsync(
            [.. Limits.Concat(Limits).Select(limits => (1, limits)), .. Enumerable.Repeat((1, (LimitRow[])[Minute, new("day", 1, ProbeLimit)]), Probes)]);
        SteadyLoad[] known = [.. customers[..Limits.Length].Select(customer => new SteadyLoad(_fleet, customer, RequestsPerSecond))];

        // Those that nobody has asked for before Redis was gone.
        SteadyLoad[] unknown = [.. customers[Limits.Length..(2 * Limits.Length)].Select(customer => new SteadyLoad(_fleet, customer, RequestsPerSecond))];
        Array.ForEach(known, load => load.Start());
        await Task.Delay(Before);
        await (isFrozen ? FreezeAsync() : _fleet.Redis.Process.KillAsync());
        Array.ForEach(unknown, load => load.Start());
        var admittedBefore = Array.ConvertAll(known, load => load.Admitted);
        await Task.Delay(During);
        var admittedDuring = known.Zip(admittedBefore, (load, before) => load.Admitted - before).ToArray();
        if (isFrozen)
        {
            _fleet.Redis.Process.Thaw();
        }
        else
        {
            await _fleet.Redis.StartProcessAsync(default);
        }

        var back = await UntilExactAsync(customers[(2 * Limits.Length)..]);
        SteadyLoad[] all = [.. known, .. unknown];
        await Task.WhenAll(all.Select(load => load.StopAsync()));

        output.WriteLine($"exact again after {back.TotalSeconds:0.00} s; slowest answer {all.Max(load => load.Slowest).TotalMilliseconds:0} ms; {string.Join(", ", all.Select(Describe))}");
        Assert.All(all, load => Assert.Empty(load.Failures));
        Assert.All(all, load => Assert.True(load.Admitted <= Most(load, isFrozen), $"at most {Most(load, isFrozen)} were allowed: {Describe(load)}"));
        Assert.All(known.Zip(admittedDuring), pair => Assert.True(
            pair.First.Customer.Limits[0].HasNoRefill || pair.First.Customer.Limits[1].HasNoRefill || pair.Second > 0,
            $"nothing was let through while Redis was away: {Describe(pair.First)}"));
    }

    private static long Most(SteadyLoad load, bool isFrozen)
    {
        var limit = Tight(load);
        var refilled = limit.MostIn(load.Elapsed) - limit.Burst;
        return (limit.Burst * (isFrozen ? 1 : 2)) + refilled + limit.Burst + OutageFleet.Gateways;
    }

    private static LimitRow Tight(SteadyLoad load) => load.Customer.Limits.MinBy(limit => limit.RatePerSecond)!;

    private static string Describe(SteadyLoad load) => $"{Tight(load)}: {load.Admitted} in {load.Elapsed.TotalSeconds:0.0} s";

    private Task FreezeAsync()
    {
        _fleet.Redis.Process.Freeze();
        return Task.CompletedTask;
    }

    // Exact is: one gateway gives out all of a limit, and the other then knows that nothing is left. By itself a gateway
    // gives a share, which is less, or does not know what others gave.
    private async Task<TimeSpan> UntilExactAsync(LimitedCustomer[] probes)
    {
        var waiting = AwakeTime.Start();
        var next = 0;
        while (!await IsExactAsync(probes[next++]))
        {
            Assert.True(waiting.Elapsed < BackDeadline, "limits were not exact again in time");
            await Task.Delay(ProbeInterval);
        }

        var back = waiting.Elapsed;
        Assert.True(back < BackDeadline, $"limits were exact again after {back.TotalSeconds:0.0} s only");
        for (var probe = 0; probe < ProbesAfterwards; probe++)
        {
            Assert.True(await IsExactAsync(probes[next++]), "limits were exact, and then no longer");
        }

        return back;
    }

    private async Task<bool> IsExactAsync(LimitedCustomer customer)
    {
        for (var request = 0; request < 2 * ProbeLimit; request += ProbeConcurrency)
        {
            await Task.WhenAll(Enumerable.Range(0, ProbeConcurrency).Select(_ => _fleet.SendAsync(0, customer.Keys[0])));
        }

        var one = _fleet.Backend.CountOf(customer.Keys[0].Id, route: 0);
        await Task.WhenAll(Enumerable.Range(0, ProbeConcurrency).Select(_ => _fleet.SendAsync(1, customer.Keys[0])));
        return (one, _fleet.Backend.CountOf(customer.Keys[0].Id, route: 0)) == (ProbeLimit, ProbeLimit);
    }
}
