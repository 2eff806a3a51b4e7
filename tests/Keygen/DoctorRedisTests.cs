using Gateway.Contracts;
using Gateway.Hosting.Settings;
using Gateway.Keygen.Doctor;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>What a Redis can be that answers and is of no use all the same.</summary>
public sealed class DoctorRedisTests(TestServers servers) : DoctorTest(servers)
{
    [Fact]
    public async Task Redis_that_throws_buckets_away_is_a_warning()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await StartAsync(directory, "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");

        Assert.Equal("warning: allkeys-lru of 100 MB", await FindAsync("redis-memory"));
    }

    [Fact]
    public async Task Redis_that_is_a_replica_fails()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await StartAsync(directory, "--replicaof", "127.0.0.1", $"{FreePort.Next()}");

        Assert.Contains("a replica that cannot be written to", await FindAsync("redis"), StringComparison.Ordinal);
        Assert.StartsWith("failed: a script could not write", await FindAsync("redis-scripts"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_that_is_full_fails()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await StartAsync(directory, "--maxmemory", "1");

        Assert.StartsWith("failed: a script could not write: ", await FindAsync("redis-scripts"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_with_a_password_lets_in_who_knows_it()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await StartAsync(directory, "--requirepass", "secret");
        Assert.Contains("does not let us in: it wants a password", await FindAsync("redis"), StringComparison.Ordinal);

        Variables[EnvironmentVariables.RedisUrl] = $"redis://:wrong@127.0.0.1:{redis.Port}";
        Assert.Contains("does not let us in: wrong password", await FindAsync("redis"), StringComparison.Ordinal);

        Variables[EnvironmentVariables.RedisUrl] = $"redis://:secret@127.0.0.1:{redis.Port}";
        Assert.StartsWith("ok: Redis ", await FindAsync("redis"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_whose_authority_is_our_own_is_trusted_where_that_is_named()
    {
        using var directory = new TemporaryDirectory();
        var certificates = new RedisCertificates(directory, "redis");
        var tlsPort = FreePort.Next();
        await using var redis = await StartAsync(
            directory,
            "--tls-port", $"{tlsPort}", "--tls-cert-file", certificates.Certificate, "--tls-key-file", certificates.Key,
            "--tls-ca-cert-file", certificates.Authority, "--tls-auth-clients", "no");
        Variables[EnvironmentVariables.RedisUrl] = $"rediss://127.0.0.1:{tlsPort}";
        Assert.Contains($"has a certificate that is not trusted here ({RedisAuthority.Variable} names", await FindAsync("redis"), StringComparison.Ordinal);

        Variables[RedisAuthority.Variable] = certificates.Authority;
        Assert.StartsWith("ok: Redis ", await FindAsync("redis"), StringComparison.Ordinal);

        Variables[RedisAuthority.Variable] = new RedisCertificates(directory, "other").Authority;
        Assert.Contains("does not let us in", await FindAsync("redis"), StringComparison.Ordinal);

        Variables[RedisAuthority.Variable] = directory.Combine("nowhere.pem");
        Assert.StartsWith($"failed: {RedisAuthority.Setting}: ", await FindAsync("redis"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Examination_that_hangs_is_given_up_and_what_it_had_found_is_kept()
    {
        var findings = await Examiner.RunAsync([new HangingExamination()], TimeSpan.FromSeconds(1), default);

        Assert.Equal([("first", FindingResult.Ok), ("hanging", FindingResult.Failed)], findings.Select(finding => (finding.Check, finding.How)));
        Assert.Equal(("no answer within 1 s", "wake it up"), (findings[1].Seen, findings[1].Advice));
    }

    private async Task<RedisServer> StartAsync(TemporaryDirectory directory, params string[] settings)
    {
        var redis = await RedisServer.StartAsync(directory.Combine("redis"), FreePort.Next(), default, settings);
        Variables[EnvironmentVariables.RedisUrl] = redis.Url;
        return redis;
    }

    private sealed class HangingExamination : IExamination
    {
        public string Name => "hanging";

        public string Advice => "wake it up";

        public Task RunAsync(Findings findings, CancellationToken cancellationToken)
        {
            findings.Ok("first", "seen");
            return new TaskCompletionSource().Task;
        }
    }
}
