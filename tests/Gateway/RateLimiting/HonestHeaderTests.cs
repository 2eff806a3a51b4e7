using System.Diagnostics;
using System.Net;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.RateLimiting;

/// <summary>What answers say of limits under load, for several random tenants at a time.</summary>
public sealed class HonestHeaderTests(TestServers servers)
{
    private const int Tenants = 4;
    private const int Clients = 6;
    private const int MillisecondsPerMinute = 60_000;

    // What other gateways spent is known after at most twice the duration of a lease.
    private const long KnownAfterMilliseconds = 300;

    private static readonly (string Name, string Value)[] Settings = LimitedRoutes.Route("priced", ("Units", "5"));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, KnownAfterMilliseconds)]
    public async Task Remaining_is_never_more_than_there_was_a_moment_ago(int gateways, long knownAfterMilliseconds)
    {
        await using var world = await LimitWorld.StartAsync(servers, gateways, Settings);
        await Task.WhenAll(Enumerable.Range(0, Tenants).Select(seed => CheckAsync(world, new Random(seed), knownAfterMilliseconds)));
    }

    [Fact]
    public async Task Retry_when_a_refusal_says_so_succeeds_on_any_gateway()
    {
        await using var world = await LimitWorld.StartAsync(servers, 2, Settings);
        await Task.WhenAll(Enumerable.Range(0, 2 * Tenants).Select(seed => RetryAsync(world, new Random(seed))));
    }

    private static async Task CheckAsync(LimitWorld world, Random random, long knownAfterMilliseconds)
    {
        var (limit, burst) = (random.Next(600, 20_000), random.Next(100, 1_500));
        var customer = await world.Customers.CreateAsync();
        await world.Customers.LimitAsync(customer, "minute", limit, burst);
        var started = Stopwatch.GetTimestamp();
        var answers = (await Task.WhenAll(Enumerable.Range(0, Clients).Select(number =>
            SendAsync(world.Gateways[number % world.Gateways.Length], customer, new Random(random.Next()), started)))).SelectMany(all => all).ToArray();

        Assert.Contains(answers, answer => answer.IsAllowed && answer.Remaining < burst - 20);
        foreach (var answer in answers)
        {
            var spent = answers
                .Where(earlier => earlier.IsAllowed && earlier.ReceivedAt < answer.SentAt - knownAfterMilliseconds)
                .Sum(earlier => earlier.Units);
            var mostThere = Math.Min(burst, burst + (answer.ReceivedAt * limit / MillisecondsPerMinute) + 1 - spent);
            Assert.True(answer.Remaining <= mostThere, $"{answer}, {spent} spent before, of {limit} per minute and {burst} at once");
        }
    }

    private static async Task<List<Answer>> SendAsync(GatewayUnderTest gateway, Customer customer, Random random, long started)
    {
        using var client = gateway.ClientOf(customer);
        List<Answer> answers = [];
        var awake = AwakeTime.Start();
        while (awake.Elapsed < TimeSpan.FromSeconds(1))
        {
            var units = random.Next(4) == 0 ? 5 : 1;
            var sentAt = Milliseconds(started);
            using var response = await client.GetAsync(units == 5 ? "/priced/" : "/");
            answers.Add(new Answer(sentAt, Milliseconds(started), units, response.StatusCode == HttpStatusCode.OK, response.Remaining()["minute"]));

            // Now and then long enough for leases to go back.
            if (random.Next(40) == 0)
            {
                await Task.Delay(random.Next(50));
            }
        }

        return answers;
    }

    private static async Task RetryAsync(LimitWorld world, Random random)
    {
        var customer = await world.Customers.CreateAsync();
        await world.Customers.LimitAsync(customer, "minute", random.Next(150, 600), random.Next(5, 60));
        var path = random.Next(2) == 0 ? "/" : "/priced/";
        await Traffic.SendAsync(world.Gateways, customer, Clients, 10);

        using var one = world.Gateways[random.Next(2)].ClientOf(customer);
        using var other = world.Gateways[random.Next(2)].ClientOf(customer);
        await Task.Delay(TimeSpan.FromSeconds(await UntilRefusedAsync(one, path)));
        using var retry = await other.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, retry.StatusCode);
    }

    private static async Task<int> UntilRefusedAsync(HttpClient client, string path)
    {
        while (true)
        {
            using var response = await client.GetAsync(path);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                return response.RetryAfterSeconds();
            }
        }
    }

    private static long Milliseconds(long started) => (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;

    private sealed record Answer(long SentAt, long ReceivedAt, long Units, bool IsAllowed, long Remaining);
}
