using System.Net.Sockets;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Tests.RateLimiting.Redis;

public sealed class RedisReachTests
{
    [Fact]
    public async Task User_of_an_access_list_who_may_not_administer_is_let_in_by_the_right_password_alone()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync(
            directory.Path, FreePort.Next(), default,
            "--user", "default", "off", "--user", "limits", "on", ">hunter2", "~*", "+@all", "-@admin", "-@dangerous");

        await using var user = await RedisUser.StartAsync($"redis://limits:hunter2@127.0.0.1:{redis.Port}", RedisUser.Patient);
        await using var wrongPassword = RedisUser.StartUnready($"redis://limits:hunter3@127.0.0.1:{redis.Port}", RedisUser.Patient);
        await using var nobody = RedisUser.StartUnready($"redis://:hunter2@127.0.0.1:{redis.Port}", RedisUser.Patient);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(wrongPassword.Logger.Of(280).Count > 0 && nobody.Logger.Of(280).Count > 0), "their circuits open");

        Assert.Equal(1, await user.CountAsync("{user}:count"));
        Assert.Null(await wrongPassword.CountAsync("{user}:count"));
        Assert.Null(await nobody.CountAsync("{user}:count"));
        Assert.All(
            new[] { user, wrongPassword, nobody },
            static one => Assert.DoesNotContain("hunter", string.Join('\n', one.Logger.All), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Redis_on_IPv6_is_reached()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        using var directory = new TemporaryDirectory();

        // On the other one only the fixture asks whether it is up.
        await using var redis = await RedisServer.StartAsync(directory.Path, FreePort.Next(), default, "--bind", "127.0.0.1", "::1");
        await using var user = await RedisUser.StartAsync($"redis://[::1]:{redis.Port}", RedisUser.Patient);

        Assert.Equal(1, await user.CountAsync("{six}:count"));
    }
}
