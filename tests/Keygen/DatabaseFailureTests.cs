using Gateway.Contracts;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class DatabaseFailureTests(TestServers servers) : KeygenTest(servers)
{
    private const string Password = "S3cret-of-the-test";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Database_that_is_not_set_is_said_so(string? url) =>
        await RefusesAsync(url, "DATABASE_URL is not set", exitCode: 2);

    [Theory]
    [InlineData("not a url")]
    [InlineData("postgresql://user:S3cret-of-the-test@127.0.0.1:port/database")]
    public async Task Malformed_database_url_is_said_so_without_the_password(string url) =>
        await RefusesAsync(url, "DATABASE_URL cannot be read", exitCode: 2);

    [Fact]
    public async Task Database_that_cannot_be_reached_is_said_so() =>
        await RefusesAsync($"postgresql://gateway:{Password}@127.0.0.1:{FreePort.Next()}/gateway", "cannot be reached");

    [Fact]
    public async Task Host_that_is_unknown_is_said_so() =>
        await RefusesAsync($"postgresql://gateway:{Password}@host.invalid/gateway", "PostgreSQL at host.invalid:5432 cannot be reached");

    [Fact]
    public async Task Wrong_password_is_said_so_and_not_repeated() =>
        await RefusesAsync(UrlWith(password: Password), "wrong password");

    [Fact]
    public async Task Database_that_does_not_exist_is_said_so() =>
        await RefusesAsync((await Servers.PostgresAsync()).Url("no-such-database"), "no database \"no-such-database\"");

    [Fact]
    public async Task Database_without_the_schema_is_told_what_to_run()
    {
        var postgres = await Servers.PostgresAsync();
        var empty = $"empty_{Guid.NewGuid():N}";
        await postgres.CreateDatabaseAsync(empty, default);

        await RefusesAsync(postgres.Url(empty), "run gateway-db up");
    }

    [Fact]
    public async Task Database_with_an_older_schema_is_told_what_to_run()
    {
        await ExecuteAsync("DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)");

        await RefusesAsync(DatabaseUrl, "run gateway-db up");
    }

    [Fact]
    public async Task Database_with_a_newer_schema_is_left_to_the_newer_keygen()
    {
        await ExecuteAsync("INSERT INTO schema_migrations SELECT (jsonb_populate_record(newest, '{\"version\":9999}')).* FROM schema_migrations AS newest ORDER BY version DESC LIMIT 1");

        await RefusesAsync(DatabaseUrl, "has schema version 9999");
    }

    [Fact]
    public async Task Analytics_database_that_cannot_be_used_is_named()
    {
        Variables[EnvironmentVariables.AnalyticsDatabaseUrl] = $"postgresql://gateway:{Password}@127.0.0.1:{FreePort.Next()}/gateway";

        var result = await RunAsync("usage", "--org-id", $"{Organization}");

        result.Refused(1, "(ANALYTICS_DATABASE_URL)");
        Assert.DoesNotContain(Password, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Permission_that_is_missing_is_said_so_and_nothing_is_half_done()
    {
        var (id, _) = await CreateKeyAsync();
        var role = $"reader_{Guid.NewGuid():N}";
        await ExecuteAsync($"""
            CREATE ROLE {role} LOGIN PASSWORD '{Password}';
            GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};
            GRANT UPDATE ON api_keys, configuration_version TO {role};
            """);
        Variables[EnvironmentVariables.DatabaseUrl] = UrlWith(role, Password);

        (await RunAsync("rotate", $"{id}", "--yes")).Refused(1, "may not do this: permission denied for table api_keys");
        (await RunAsync("limits", "set", "--org-id", $"{Organization}", "--per-day", "5")).Refused(1, "permission denied");

        Assert.False(await ScalarAsync<bool>($"SELECT revoked_at IS NOT NULL FROM api_keys WHERE id = '{id}'"));
    }

    [Fact]
    public async Task Interrupted_command_says_so()
    {
        using var interrupted = new CancellationTokenSource();
        await interrupted.CancelAsync();

        var error = new StringWriter();
        var exitCode = await Commands.KeygenCommandLine.RunAsync(
            ["list"],
            Surroundings.OfThisProcess() with { Output = TextWriter.Null, Error = error, Variable = name => Variables.GetValueOrDefault(name) },
            interrupted.Token);

        Assert.Equal((1, "keygen: interrupted"), (exitCode, error.ToString().Trim()));
    }

    private string UrlWith(string? user = null, string? password = null)
    {
        var settings = Database.DatabaseUrl.Parse(DatabaseUrl);
        return $"postgresql://{user ?? settings.Username}:{password ?? settings.Password}@{settings.Host}:{settings.Port}/{settings.Database}";
    }

    private async Task RefusesAsync(string? url, string message, int exitCode = 1)
    {
        Variables[EnvironmentVariables.DatabaseUrl] = url;
        foreach (var arguments in (string[][])[["list"], ["list", "--json"], ["create", "--org-id", "x", "--name", "x"]])
        {
            var result = await RunAsync(arguments);
            result.Refused(exitCode, message);
            Assert.DoesNotContain(Password, result.Error, StringComparison.Ordinal);
        }
    }
}
