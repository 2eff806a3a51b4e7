using Gateway.LocalStack.Servers;
using Gateway.RateLimiting;
using Gateway.Testing;
using StackExchange.Redis;

namespace Gateway.Tests.RateLimiting.Limiters;

public sealed class DebtTests
{
    [Fact]
    public async Task What_was_spent_without_Redis_is_told_when_it_is_back_even_if_no_request_comes_any_more()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await RedisServer.StartAsync(directory.Path, FreePort.Next(), default);
        await using var gateway = await LimiterUnderTest.StartAsync(server.Url);
        var organization = LimiterUnderTest.NewOrganization();
        var key = LimiterUnderTest.NewKey(organization);
        await server.Process.KillAsync();
        await gateway.Redis.UntilUnavailableAsync();
        Assert.Equal(DecidedBy.LocalShare, (await gateway.DecideAsync(key, units: 10)).By);

        await gateway.ReturnAsync();
        gateway.Time.Advance(TimeSpan.FromHours(1));
        gateway.Limiter.Forget(TimeSpan.FromMinutes(10));
        await server.StartProcessAsync(default);
        await gateway.Redis.UntilBackAsync();
        await gateway.ReturnAsync();

        using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port}");
        Assert.Equal(999_990, (long)await connection.GetDatabase().HashGetAsync($"ratelimit:{{{organization.Id}}}:day", "tokens"));
        Assert.Empty(gateway.Limiter.WithNews);
    }
}
