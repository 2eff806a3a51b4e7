using Gateway.RateLimiting.Redis;
using Gateway.Testing;

namespace Gateway.Tests.RateLimiting.Redis;

public sealed class RedisScriptFaultTests(TestServers servers)
{
    [Theory]
    [InlineData("return nothing.at_all")]
    [InlineData("return redis.call('SET', KEYS[1])")]
    [InlineData("return redis.call('HGET', KEYS[1], 'field')")]
    [InlineData("return (")]
    public async Task Broken_script_says_so_loudly_and_once_and_leaves_the_other_scripts_alone(string text)
    {
        await using var user = await RedisUser.StartAsync((await servers.RedisAsync()).Url, ("RedisTimeoutMilliseconds", "2000"));
        var key = $"{{{Guid.NewGuid()}}}:count";
        Assert.Equal(1, await user.CountAsync(key));
        var script = new RedisScript("broken.lua", text);

        for (var call = 0; call < 10; call++)
        {
            var exception = await Assert.ThrowsAsync<RedisUnavailableException>(async () => await user.Scripts.RunAsync(script, [key], []));
            Assert.True(exception.IsScriptFault);
        }

        Assert.StartsWith("broken.lua is broken, or the keys that it uses are", Assert.Single(user.Logger.Of(282)), StringComparison.Ordinal);
        Assert.True(user.Scripts.IsAvailable);
        Assert.Equal(2, await user.CountAsync(key));
    }
}
