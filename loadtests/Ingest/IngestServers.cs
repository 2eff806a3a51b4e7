using Gateway.Database.Running;
using Gateway.LocalStack.Servers;
using Npgsql;

namespace Gateway.LoadTests.Ingest;

/// <summary>A PostgreSQL that syncs its commits to disk as in production, and a broker; both gone afterwards, with their data.</summary>
internal sealed class IngestServers : IAsyncDisposable
{
    private const string Template = "migrated";
    private const string Extension = "pg_stat_statements";

    private readonly string _directory = ServerFolder.CreateTemporary("gateway-ingest-");
    private PostgresServer? _postgres;
    private IBroker? _broker;

    public PostgresServer Postgres => _postgres!;

    public IBroker Broker => _broker!;

    /// <summary>Where children write what they have to say.</summary>
    public string LogFolder => _directory;

    /// <summary>Whether statements are measured too.</summary>
    public bool HasStatementStatistics { get; private set; }

    public static async Task<IngestServers> StartAsync(CancellationToken cancellationToken)
    {
        var servers = new IngestServers();
        try
        {
            await servers.StartServersAsync(cancellationToken);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection that is closed for good when it is disposed of: a database that is dropped must have none.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(string database, CancellationToken cancellationToken)
    {
        // Filling and checkpoints take as long as they take.
        var connection = new NpgsqlConnection(Postgres.ConnectionString(database) + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>A database with the whole schema and no rows.</summary>
    public Task CreateDatabaseAsync(string name, CancellationToken cancellationToken) =>
        Postgres.CreateDatabaseAsync(name, Template, cancellationToken);

    public Task DropDatabaseAsync(string name, CancellationToken cancellationToken) =>
        ExecuteAsync("postgres", $"DROP DATABASE \"{name}\" WITH (FORCE)", cancellationToken);

    /// <summary>What was written is on disk and nothing is counted yet: every measurement begins with the same debts, none.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync("postgres", "CHECKPOINT", cancellationToken);
        if (HasStatementStatistics)
        {
            await ExecuteAsync("postgres", "SELECT pg_stat_statements_reset()", cancellationToken);
        }
    }

    /// <summary>What statements in a database have cost since <see cref="SettleAsync"/>.</summary>
    public async Task<IReadOnlyList<StatementCost>> ReadStatementsAsync(string database, CancellationToken cancellationToken)
    {
        if (!HasStatementStatistics)
        {
            return [];
        }

        await using var connection = await ConnectAsync("postgres", cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT query, calls, total_exec_time FROM pg_stat_statements
            WHERE dbid = (SELECT oid FROM pg_database WHERE datname = $1)
            """,
            connection)
        {
            Parameters = { new() { Value = database } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var statements = new List<(string, long, double)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            statements.Add((reader.GetString(0), reader.GetInt64(1), reader.GetDouble(2)));
        }

        return StatementCost.Of(statements);
    }

    public async Task ExecuteAsync(string database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(database, cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in (IAsyncDisposable?[])[_broker, _postgres])
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }

        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartServersAsync(CancellationToken cancellationToken)
    {
        _postgres = await PostgresServer.StartAsync(Path.Combine(_directory, "postgres"), FreePort.Next(), durable: true, cancellationToken);
        await LoadStatementStatisticsAsync(cancellationToken);
        await _postgres.CreateDatabaseAsync(Template, cancellationToken);
        await new MigrationRunner(_postgres.ConnectionString(Template) + ";Pooling=false", Migration.All).UpAsync(cancellationToken);
        _broker = ApacheKafka.Home is { } home
            ? await ApacheKafka.StartAsync(home, Path.Combine(_directory, "kafka"), FreePort.Next(), FreePort.Next(), cancellationToken)
            : EmbeddedBroker.Start();
    }

    private async Task LoadStatementStatisticsAsync(CancellationToken cancellationToken)
    {
        await using (var connection = await ConnectAsync("postgres", cancellationToken))
        {
            await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = $1)", connection)
            {
                Parameters = { new() { Value = Extension } },
            };
            HasStatementStatistics = !Postgres.HasTimescaleDb && (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        }

        if (HasStatementStatistics)
        {
            await ExecuteAsync("postgres", $"ALTER SYSTEM SET shared_preload_libraries = '{Extension}'", cancellationToken);
            await Postgres.DisposeAsync();
            await Postgres.StartProcessAsync(cancellationToken);
            await ExecuteAsync("postgres", $"CREATE EXTENSION {Extension}", cancellationToken);
        }
    }
}
