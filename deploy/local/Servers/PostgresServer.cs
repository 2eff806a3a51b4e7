using Gateway.LocalStack.Processes;
using Npgsql;

namespace Gateway.LocalStack.Servers;

/// <summary>
/// A PostgreSQL cluster of our own on 127.0.0.1, made on first use. With TimescaleDB loaded where the machine has it.
/// Which PostgreSQL: the folder of programs that <c>POSTGRES_BIN</c> names, else Debian's newest, else the one on PATH.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The environment variable with the folder of PostgreSQL's programs, such as an installation with TimescaleDB.</summary>
    public const string BinariesVariable = "POSTGRES_BIN";

    /// <summary>The password of all of them: they listen on 127.0.0.1 only, and it is there to be looked for in logs.</summary>
    public const string Password = "gateway-local";

    private const string User = "gateway";
    private const string OperatingSystemUser = "postgres";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly string _binaries;
    private readonly string _directory;
    private readonly bool _durable;

    private PostgresServer(string binaries, string directory, int port, bool durable)
    {
        _binaries = binaries;
        _directory = directory;
        _durable = durable;
        Port = port;
    }

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The server process; signals go there.</summary>
    public ChildProcess Process { get; private set; } = null!;

    /// <summary>Whether the TimescaleDB extension is installed on this machine.</summary>
    public bool HasTimescaleDb { get; private init; }

    /// <summary>The URL of one of its databases, as <c>DATABASE_URL</c> takes it.</summary>
    public string Url(string database) => $"postgresql://{User}:{Password}@127.0.0.1:{Port}/{database}";

    /// <summary>The Npgsql connection string of one of its databases.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = User,
        Password = Password,
        Database = database,
    }.ConnectionString;

    /// <summary>Makes the cluster if the folder is empty, starts it and waits until it answers.</summary>
    /// <param name="directory">Where data and log go. Root runs PostgreSQL as user postgres, who must be able to reach it.</param>
    /// <param name="port">The port on 127.0.0.1.</param>
    /// <param name="durable">Whether commits are synced to disk; tests that throw the data away need not wait for that.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<PostgresServer> StartAsync(string directory, int port, bool durable, CancellationToken cancellationToken)
    {
        var binaries = FindBinaries();
        var server = new PostgresServer(binaries, directory, port, durable)
        {
            HasTimescaleDb = File.Exists(Path.Combine(
                await RunAsync(Path.Combine(binaries, "pg_config"), ["--sharedir"], cancellationToken), "extension", "timescaledb.control")),
        };
        if (!File.Exists(Path.Combine(server.DataDirectory, "PG_VERSION")))
        {
            await server.InitializeAsync(cancellationToken);
        }

        await server.StartProcessAsync(cancellationToken);
        return server;
    }

    /// <summary>Starts it again after it was stopped or killed, on the same port and data.</summary>
    public async Task StartProcessAsync(CancellationToken cancellationToken)
    {
        var options = new ChildProcessOptions(
            "PostgreSQL",
            Path.Combine(_binaries, "postgres"),
            [
                "-D", DataDirectory,
                "-c", "listen_addresses=127.0.0.1",
                "-c", $"port={Port}",
                "-c", "unix_socket_directories=",
                "-c", "max_connections=200",
                "-c", "timezone=UTC",
                .. _durable ? Array.Empty<string>() : ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"],
                .. HasTimescaleDb ? ["-c", "shared_preload_libraries=timescaledb", "-c", "timescaledb.telemetry_level=off"] : Array.Empty<string>(),
            ],
            Path.Combine(_directory, "postgres.log"))
        {
            UserWhenRoot = OperatingSystemUser,
            StopSignal = Signal.Interrupt,
            WorkingDirectory = "/",
        };
        Process = await Readiness.StartAsync(options, AnswersAsync, StartDeadline, cancellationToken);
    }

    /// <summary>Makes an empty database.</summary>
    /// <remarks>From template0, which nobody can be connected to; TimescaleDB's launcher looks into template1.</remarks>
    public Task CreateDatabaseAsync(string name, CancellationToken cancellationToken) => CreateDatabaseAsync(name, "template0", cancellationToken);

    /// <summary>Makes a copy of a database that nobody is connected to.</summary>
    public async Task CreateDatabaseAsync(string name, string template, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Whether there is a database of that name.</summary>
    public async Task<bool> HasDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", connection)
        {
            Parameters = { new() { Value = name } },
        };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Stops it; the data stays.</summary>
    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private string DataDirectory => Path.Combine(_directory, "data");

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        // Made under another name first: initdb writes PG_VERSION early, so one that was killed looks like a cluster.
        var newDirectory = DataDirectory + ".new";
        if (Directory.Exists(newDirectory))
        {
            Directory.Delete(newDirectory, recursive: true);
        }

        Directory.CreateDirectory(newDirectory);
        var passwordFile = Path.Combine(_directory, "password");
        await File.WriteAllTextAsync(passwordFile, Password, cancellationToken);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", ["-R", OperatingSystemUser, _directory], cancellationToken);
        }

        var options = new ChildProcessOptions(
            "initdb",
            Path.Combine(_binaries, "initdb"),
            [
                "-D", newDirectory, "-U", User, $"--pwfile={passwordFile}", "--auth=scram-sha-256",
                "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
            ],
            Path.Combine(_directory, "initdb.log"))
        {
            UserWhenRoot = OperatingSystemUser,
            WorkingDirectory = "/",
        };
        await ChildProcess.RunAsync(options, cancellationToken);
        File.Delete(passwordFile);
        Directory.Move(newDirectory, DataDirectory);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false;Timeout=2");
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static string FindBinaries()
    {
        if (Environment.GetEnvironmentVariable(BinariesVariable) is { Length: > 0 } chosen)
        {
            return File.Exists(Path.Combine(chosen, "postgres"))
                ? chosen
                : throw new InvalidOperationException($"{BinariesVariable} names a folder without PostgreSQL's server: {chosen}");
        }

        // Debian keeps the server's programs out of PATH, in a folder a version.
        const string DebianRoot = "/usr/lib/postgresql";
        var debian = Directory.Exists(DebianRoot)
            ? Directory.GetDirectories(DebianRoot)
                .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':');
        return debian.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "postgres")))
            ?? throw new InvalidOperationException("PostgreSQL's server is not installed: apt-get install postgresql");
    }

    private static async Task<string> RunAsync(string fileName, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var startInfo = new System.Diagnostics.ProcessStartInfo(fileName, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = System.Diagnostics.Process.Start(startInfo)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return output.Trim();
    }
}
