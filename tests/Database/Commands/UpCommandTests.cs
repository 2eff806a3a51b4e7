using System.Net;
using System.Net.Sockets;
using Gateway.Database.Commands;
using Gateway.Database.Running;
using Gateway.Database.Tests.Databases;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Database.Tests.Commands;

public sealed class UpCommandTests(TestServers servers)
{
    [Fact]
    public async Task Up_prints_each_migration_with_its_database_and_then_has_nothing_to_do()
    {
        var database = await TestDatabase.CreateAsync(servers);
        var first = await CommandRun.RunAsync(database, "up");
        Assert.Equal((ExitCode.Succeeded, ""), (first.ExitCode, first.Error));
        Assert.Equal(Migration.All.Count, first.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith($"{database.Address}: applied 001_create_organizations in ", first.Output, StringComparison.Ordinal);

        var second = await CommandRun.RunAsync(database, "up");
        Assert.Equal((ExitCode.Succeeded, $"{database.Address}: nothing to apply\n"), (second.ExitCode, second.Output));
    }

    [Fact]
    public async Task Up_to_a_version_stops_there()
    {
        var database = await TestDatabase.CreateAsync(servers);
        await CommandRun.RunAsync(database, "up", "--to", "2");
        await using var connection = await database.ConnectAsync();
        Assert.Equal(2, await SchemaVersion.ReadAsync(connection, default));
    }

    [Fact]
    public async Task Up_applies_to_the_analytics_database_too_where_it_is_another_one()
    {
        var operational = await TestDatabase.CreateAsync(servers);
        var analytics = await TestDatabase.CreateAsync(servers);
        var run = await CommandRun.RunAsync(operational.Url, analytics.Url, null, "up");
        Assert.Equal(ExitCode.Succeeded, run.ExitCode);
        Assert.Contains($"{analytics.Address}: applied 001_", run.Output, StringComparison.Ordinal);
        Assert.True(await operational.HasRelationAsync("usage_ledger") && await analytics.HasRelationAsync("usage_ledger"));

        var same = await CommandRun.RunAsync(operational.Url, operational.Url + "?application_name=other", null, "up");
        Assert.Equal($"{operational.Address}: nothing to apply\n", same.Output);
    }

    [Fact]
    public async Task Failing_migration_is_one_line_with_file_and_line()
    {
        var database = await TestDatabase.CreateAsync(servers);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await UpCommand.RunAsync(
            CommandRun.Environment(database.Url, null, output, error, null),
            null, TimeSpan.Zero, [new Migration(1, "broken", "SELECT 1;\nSELECT * FROM nowhere;", "")], default);
        new CommandRun(exitCode, output.ToString(), error.ToString())
            .FailsWith(ExitCode.Failed, $"{database.Address}: 001_broken.up.sql, line 2: relation \"nowhere\" does not exist (42P01)");
    }

    [Fact]
    public async Task Edited_migration_is_a_conflict()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync("UPDATE schema_migrations SET checksum = 'another' WHERE version = 3");
        (await CommandRun.RunAsync(database, "up")).FailsWith(ExitCode.Conflict, "003_create_rate_limit_configs.up.sql was edited");
    }

    [Fact]
    public async Task Database_that_does_not_exist_is_not_found()
    {
        var postgres = await servers.PostgresAsync();
        var run = await CommandRun.RunAsync(postgres.Url("nope"), null, null, "up", "--wait", "60s");
        run.FailsWith(ExitCode.NotFound, $"127.0.0.1:{postgres.Port}/nope: database \"nope\" does not exist (3D000)");
    }

    [Fact]
    public async Task Wrong_password_fails_at_once_and_is_not_printed()
    {
        var database = await TestDatabase.CreateAsync(servers);
        var run = await CommandRun.RunAsync(database.Url.Replace(":gateway-local@", ":hunter2@", StringComparison.Ordinal), null, null, "up", "--wait", "60s");
        run.FailsWith(ExitCode.Failed, "password authentication failed for user \"gateway\" (28P01)");
        Assert.DoesNotContain("hunter2", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unreachable_host_fails_without_wait()
    {
        var port = FreePort.Next();
        var run = await CommandRun.RunAsync($"postgresql://u:gateway-local@127.0.0.1:{port}/d", null, null, "up");
        run.FailsWith(ExitCode.Failed, $"127.0.0.1:{port}/d: cannot be reached: Connection refused");
    }

    [Fact]
    public async Task Wait_gives_up_at_its_deadline_and_says_what_it_waited_for()
    {
        var port = FreePort.Next();
        var run = await CommandRun.RunAsync($"postgresql://u:p@127.0.0.1:{port}/d", null, null, "up", "--wait", "300ms");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("waiting up to 0.3 s: cannot be reached: Connection refused", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wait_goes_on_when_the_database_begins_to_accept_connections()
    {
        var database = await TestDatabase.CreateAsync(servers);
        var port = FreePort.Next();
        using var error = new FirstLineWriter();
        var waiting = GatewayDatabaseCommand.RunAsync(
            ["up", "--wait", "60s"],
            CommandRun.Environment(database.Url.Replace($":{database.Server.Port}/", $":{port}/", StringComparison.Ordinal), null, TextWriter.Null, error, null),
            default);
        Assert.Contains("waiting up to 60 s", await error.FirstLine, StringComparison.Ordinal);

        await using var relay = PortRelay.Start(port, database.Server.Port);
        Assert.Equal(ExitCode.Succeeded, await waiting);
        Assert.True(await database.HasRelationAsync("usage_ledger"));
    }

    /// <summary>Hands its first line over as soon as it is written.</summary>
    private sealed class FirstLineWriter : StringWriter
    {
        private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> FirstLine => _firstLine.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public override void WriteLine(string? value) => _firstLine.TrySetResult(value!);
    }

    /// <summary>A port behind which a server appears.</summary>
    private sealed class PortRelay : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly TcpListener _listener;
        private readonly Task _accepting;

        private PortRelay(int port, int targetPort)
        {
            _listener = new TcpListener(IPAddress.Loopback, port);
            _listener.Start();
            _accepting = AcceptAsync(targetPort);
        }

        public static PortRelay Start(int port, int targetPort) => new(port, targetPort);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _accepting.ContinueWith(static _ => { }, TaskScheduler.Default);
            _listener.Dispose();
            _stop.Dispose();
        }

        private async Task AcceptAsync(int targetPort)
        {
            var relays = new List<Task>();
            try
            {
                while (true)
                {
                    relays.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token), targetPort));
                }
            }
            finally
            {
                await Task.WhenAll(relays);
            }
        }

        private async Task RelayAsync(TcpClient client, int targetPort)
        {
            using (client)
            using (var server = new TcpClient())
            {
                await server.ConnectAsync(IPAddress.Loopback, targetPort, _stop.Token);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(server.GetStream(), _stop.Token),
                    server.GetStream().CopyToAsync(client.GetStream(), _stop.Token));
            }
        }
    }
}
