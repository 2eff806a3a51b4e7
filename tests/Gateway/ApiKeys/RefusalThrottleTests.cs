using System.Net;
using Gateway.ApiKeys.Refusals;
using Gateway.Contracts.ApiKeys;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.ApiKeys;

public sealed class RefusalThrottleTests(TestServers servers)
{
    private static readonly IPAddress Guesser = IPAddress.Parse("203.0.113.1");

    private readonly ManualTime _time = new();

    [Fact]
    public void Address_is_throttled_after_its_burst_and_may_go_on_at_its_rate()
    {
        var throttle = new RefusalThrottle(new RefusalOptions(PerMinute: 60, Burst: 3), _time);
        for (var refusal = 0; refusal < 3; refusal++)
        {
            Assert.Equal(TimeSpan.Zero, throttle.RetryAfter(Guesser));
            throttle.Record(Guesser);
        }

        Assert.Equal(TimeSpan.FromSeconds(1), throttle.RetryAfter(Guesser));
        Assert.Equal(TimeSpan.Zero, throttle.RetryAfter(IPAddress.Parse("203.0.113.2")));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, throttle.RetryAfter(Guesser));
        throttle.Record(Guesser);
        Assert.Equal(TimeSpan.FromSeconds(1), throttle.RetryAfter(Guesser));
    }

    [Fact]
    public void However_many_are_refused_at_once_nobody_waits_longer_than_an_interval()
    {
        var throttle = new RefusalThrottle(new RefusalOptions(PerMinute: 60, Burst: 3), _time);
        for (var refusal = 0; refusal < 1_000; refusal++)
        {
            throttle.Record(Guesser);
        }

        Assert.Equal(TimeSpan.FromSeconds(1), throttle.RetryAfter(Guesser));
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:2", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("203.0.113.1", "::ffff:203.0.113.1", true)]
    [InlineData("203.0.113.1", "203.0.113.2", false)]
    public void Whoever_owns_an_IPv6_network_counts_as_one(string first, string second, bool isSame)
    {
        var throttle = new RefusalThrottle(new RefusalOptions(PerMinute: 60, Burst: 1), _time);

        throttle.Record(IPAddress.Parse(first));

        Assert.Equal(isSame, throttle.RetryAfter(IPAddress.Parse(second)) > TimeSpan.Zero);
    }

    [Fact]
    public void A_hundred_thousand_addresses_cost_no_memory()
    {
        var throttle = new RefusalThrottle(new RefusalOptions(PerMinute: 60, Burst: 1), _time);
        var addresses = Enumerable.Range(0, 100_000).Select(number => new IPAddress(BitConverter.GetBytes(number))).ToList();

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var address in addresses)
        {
            throttle.Record(address);
        }

        // What the runtime itself needs for a first call aside.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, addresses.Count / 10);
    }

    [Fact]
    public async Task Guessing_from_one_address_reaches_the_database_a_few_times_and_never_stops_keys_that_work()
    {
        const int Burst = 10;
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend, ("ApiKeys:RefusalBurst", "10"), ("ApiKeys:RefusalsPerMinute", "1"));
        var customer = await gateway.Customers.CreateAsync();
        using var valid = gateway.ClientOf(customer);
        using var queries = new KeyQueries(gateway.DatabaseUrl);

        for (var guess = 0; guess < 60; guess++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.Authorization = new("Bearer", ApiKeyFormat.Generate(ApiKeyEnvironment.Live));
            using var response = await gateway.Client.SendAsync(request);
            Assert.Equal(guess < Burst ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, response.StatusCode);
            if (guess == Burst)
            {
                Assert.Equal("urn:gateway:problem:too-many-invalid-keys", (await response.ReadProblemAsync()).Type());
                Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await valid.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client.GetAsync("/")).StatusCode);

        Assert.Equal(Burst, queries.Count);
        Assert.Single(backend.Received);
    }
}
