using Gateway.Database.Commands;
using Gateway.Database.Tests.Commands;
using Gateway.Database.Tests.Databases;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Database.Tests.Roles;

public sealed class RolesCommandTests(TestServers servers) : IDisposable
{
    // A quotation mark and a semicolon, as whoever chooses a name could; what is needed of it in a URL is encoded.
    private readonly string _user = $"it's \"{Guid.NewGuid():N}\";";
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task Users_of_the_urls_can_log_in_with_their_passwords_and_do_what_their_role_may()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        var file = UrlFile(database, _user, "first/pass'word");

        var run = await CommandRun.RunAsync(database, "roles", "--reporting", file);

        Assert.Equal((ExitCode.Succeeded, ""), (run.ExitCode, run.Error));
        Assert.Contains($"user {_user} is a member of gateway_reporting\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("pass'word", run.Output, StringComparison.Ordinal);
        await using var connection = await LogInAsync(database, "first/pass'word");
        Assert.Equal(0L, await ReadAsync(connection, "SELECT count(*) FROM usage_ledger"));
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => ReadAsync(connection, "SELECT count(*) FROM audit_log"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task Another_password_and_another_role_replace_the_old_ones()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        var first = await CommandRun.RunAsync(database, "roles", "--operator", UrlFile(database, _user, "old"));
        Assert.Equal((ExitCode.Succeeded, ""), (first.ExitCode, first.Error));

        Assert.Equal(ExitCode.Succeeded, (await CommandRun.RunAsync(database, "roles", "--reporting", UrlFile(database, _user, "new"))).ExitCode);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => LogInAsync(database, "old"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refusal.SqlState);
        await using var connection = await LogInAsync(database, "new");
        Assert.Equal(false, await ReadAsync(connection, "SELECT pg_has_role('gateway_operator', 'MEMBER')"));
    }

    [Fact]
    public async Task Roles_of_two_databases_of_a_server_can_be_set_at_once()
    {
        var databases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TestDatabase.CreateMigratedAsync(servers)));

        var runs = await Task.WhenAll(databases.Select(database => CommandRun.RunAsync(database, "roles")));

        Assert.All(runs, run => Assert.Equal((ExitCode.Succeeded, ""), (run.ExitCode, run.Error)));
    }

    [Fact]
    public async Task Owner_without_createrole_is_told_what_a_superuser_has_to_say()
    {
        var database = await TestDatabase.CreateAsync(servers);
        var owner = $"owner_{Guid.NewGuid():N}";
        await database.ExecuteAsync($"CREATE ROLE {owner} LOGIN PASSWORD 'gateway-local'; ALTER DATABASE {database.Name} OWNER TO {owner}");
        var url = UrlOf(database, owner, "gateway-local");
        Assert.Equal(ExitCode.Succeeded, (await CommandRun.RunAsync(url, null, null, "up")).ExitCode);

        // Whichever test was first has made the roles; users are what every test lacks.
        var withUser = await CommandRun.RunAsync(url, null, null, "roles", "--service", UrlFile(database, _user, "secret"));

        withUser.FailsWith(ExitCode.Failed, "this user may not make it: let one with CREATEROLE say CREATE ROLE");
    }

    [Fact]
    public async Task Owner_of_the_tables_is_no_user_of_a_program()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);

        var run = await CommandRun.RunAsync(database, "roles", "--processor", UrlFile(database, "gateway", "gateway-local"));

        run.FailsWith(ExitCode.Conflict, "user gateway is a superuser or owns the tables");
    }

    [Fact]
    public async Task Two_programs_do_not_share_a_user()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        var file = UrlFile(database, _user, "secret");

        var run = await CommandRun.RunAsync(database, "roles", "--service", file, "--operator", file);

        run.FailsWith(ExitCode.InvalidUsage, "--operator has the same user as another program");
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("postgresql://user:secret@host/database\npostgresql://other", "has more than one line")]
    [InlineData("postgresql://host/database", "has no user or no password")]
    [InlineData("postgresql://gateway_service:secret@host/database", "has the role itself as its user")]
    [InlineData("postgresql://user:s%C3%A9cret@host/database", "has a password with other characters than ASCII's")]
    [InlineData("redis://user:secret@host", "the URL in ")]
    public async Task File_that_makes_no_user_is_said_so_without_its_content(string content, string reason)
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        var file = _directory.Combine("url");
        await File.WriteAllTextAsync(file, content);

        var run = await CommandRun.RunAsync(database, "roles", "--service", file);

        run.FailsWith(ExitCode.InvalidUsage, reason);
        Assert.DoesNotContain("cret", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schema_of_another_version_is_left_alone()
    {
        var database = await TestDatabase.CreateAsync(servers);

        (await CommandRun.RunAsync(database, "roles")).FailsWith(ExitCode.Conflict, "run gateway-db up");
    }

    public void Dispose() => _directory.Dispose();

    private static string UrlOf(TestDatabase database, string user, string password) =>
        $"postgresql://{Uri.EscapeDataString(user)}:{Uri.EscapeDataString(password)}@127.0.0.1:{database.Server.Port}/{database.Name}";

    private string UrlFile(TestDatabase database, string user, string password)
    {
        var file = _directory.Combine($"{Guid.NewGuid():N}");
        File.WriteAllText(file, UrlOf(database, user, password) + "\n");
        return file;
    }

    private async Task<NpgsqlConnection> LogInAsync(TestDatabase database, string password)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = _user, Password = password }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<object?> ReadAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
