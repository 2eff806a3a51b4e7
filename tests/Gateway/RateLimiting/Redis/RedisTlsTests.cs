using Gateway.Hosting.Settings;
using Gateway.LocalStack.Servers;
using Gateway.RateLimiting.Redis;
using Gateway.Testing;

namespace Gateway.Tests.RateLimiting.Redis;

public sealed class RedisTlsTests
{
    private const string AuthoritySetting = "RedisCertificateAuthority";

    [Fact]
    public async Task Redis_is_reached_with_its_password_and_only_if_our_authority_vouches_for_it()
    {
        using var directory = new TemporaryDirectory();
        var certificates = new RedisCertificates(directory, "redis");
        var others = new RedisCertificates(directory, "other");
        var tlsPort = FreePort.Next();
        await using var redis = await RedisServer.StartAsync(
            directory.Combine("redis"),
            FreePort.Next(),
            default,
            "--tls-port", $"{tlsPort}", "--tls-cert-file", certificates.Certificate, "--tls-key-file", certificates.Key,
            "--tls-ca-cert-file", certificates.Authority, "--tls-auth-clients", "no", "--requirepass", "hunter2");
        var url = $"rediss://:hunter2@127.0.0.1:{tlsPort}";

        await using var distrustful = RedisUser.StartUnready(url, (AuthoritySetting, others.Authority), RedisUser.Patient);
        await using var systemTrust = RedisUser.StartUnready(url, RedisUser.Patient);
        await using var wrongPassword = RedisUser.StartUnready(
            $"rediss://:hunter3@127.0.0.1:{tlsPort}", (AuthoritySetting, certificates.Authority), RedisUser.Patient);
        await using var user = await RedisUser.StartAsync(url, (AuthoritySetting, certificates.Authority), RedisUser.Patient);

        Assert.Equal(1, await user.CountAsync("{tls}:count"));
        Assert.Null(await distrustful.CountAsync("{tls}:count"));
        Assert.Null(await systemTrust.CountAsync("{tls}:count"));
        Assert.Null(await wrongPassword.CountAsync("{tls}:count"));
        Assert.Equal(2, await user.CountAsync("{tls}:count"));
        await Eventually.IsTrueAsync(() => Task.FromResult(wrongPassword.Logger.Of(280).Count > 0), "the circuit opens");
        Assert.All(
            new[] { user, distrustful, systemTrust, wrongPassword },
            one => Assert.All(one.Logger.All, static message => Assert.DoesNotContain("hunter", message, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("redis://localhost", "is set but REDIS_URL asks for no TLS")]
    [InlineData("rediss://localhost", "cannot be used")]
    public void Authority_that_cannot_be_used_is_a_wrong_setting(string url, string problem)
    {
        var exception = Assert.Throws<SettingException>(() => RedisUser.StartUnready(url, (AuthoritySetting, "/nowhere/authority.pem")));

        Assert.StartsWith($"{RedisOptions.AuthoritySetting}: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n")]
    public void Authority_file_without_a_certificate_is_a_wrong_setting(string content)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Combine("authority.pem"), content);

        var exception = Assert.Throws<SettingException>(
            () => RedisUser.StartUnready("rediss://localhost", (AuthoritySetting, directory.Combine("authority.pem"))));

        Assert.DoesNotContain('\n', exception.Message);
    }
}
