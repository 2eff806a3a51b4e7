using System.Diagnostics;
using Gateway.EndToEnd.Tests.Limits.Fleets;

namespace Gateway.EndToEnd.Tests.Limits;

[Collection(LimitsTestGroup.Name)]
public sealed class RetryAfterTests(SharedFleet fleet)
{
    [Fact]
    public async Task Retry_exactly_at_Retry_After_succeeds_on_any_gateway_when_nobody_else_spends()
    {
        var gateways = await fleet.GetAsync();

        // All of these give a unit at least every second, so that is what they say.
        var customers = await gateways.Customers.CreateAsync(
            [.. new long[] { 60, 61, 77, 90, 100, 119, 120, 333 }.Select(perMinute => (1, new LimitRow[] { new("minute", perMinute, perMinute % 7 + 1), new("day", 1_000_000, 1_000_000) }))]);

        await Task.WhenAll(customers.Select(async (customer, number) =>
        {
            var key = customer.Keys[0];
            for (var round = 0; round < 3; round++)
            {
                var asked = (number + round) % SharedFleet.Gateways;
                var answer = await gateways.SendAsync(asked, key);
                for (var request = 0; !answer.IsRefused && request < 100; request++)
                {
                    answer = await gateways.SendAsync(asked, key);
                }

                Assert.Equal((429, TimeSpan.FromSeconds(1)), (answer.Status, answer.RetryAfter));
                await WaitAsync(answer.RetryAfter!.Value);
                var retry = await gateways.SendAsync((asked + round) % SharedFleet.Gateways, key);
                Assert.True(retry.IsAdmitted, $"{customer.Limits[0]}: the retry in round {round} was answered with {retry.Status}");
            }
        }));
    }

    // Never shorter: a timer may fire a moment early.
    private static async Task WaitAsync(TimeSpan time)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < time)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, (time - elapsed).TotalMilliseconds)));
        }
    }
}
