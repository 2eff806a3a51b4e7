using System.Net.Sockets;
using Dapper;
using Gateway.Contracts;
using Gateway.Database;
using Gateway.Database.Running;
using Gateway.Keygen.Commands;
using Npgsql;

namespace Gateway.Keygen.Connections;

/// <summary>Opens the databases that the environment names, and says in one line why one cannot be used.</summary>
internal static class DatabaseConnection
{
    static DatabaseConnection() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    /// <summary>Organizations, keys and limits: <c>DATABASE_URL</c>.</summary>
    /// <exception cref="CommandException">It cannot be used; the message names the variable and never the password.</exception>
    public static Task<NpgsqlConnection> OpenAsync(Surroundings surroundings, CancellationToken cancellationToken) =>
        OpenAsync(surroundings, EnvironmentVariables.DatabaseUrl, cancellationToken);

    /// <summary>Usage: <c>ANALYTICS_DATABASE_URL</c>, or <c>DATABASE_URL</c> where it is not set.</summary>
    /// <exception cref="CommandException">It cannot be used; the message names the variable and never the password.</exception>
    public static Task<NpgsqlConnection> OpenAnalyticsAsync(Surroundings surroundings, CancellationToken cancellationToken) =>
        OpenAsync(surroundings, AnalyticsVariable(surroundings), cancellationToken);

    /// <summary>The variable that names the database with the usage.</summary>
    public static string AnalyticsVariable(Surroundings surroundings) =>
        string.IsNullOrEmpty(surroundings.Variable(EnvironmentVariables.AnalyticsDatabaseUrl))
            ? EnvironmentVariables.DatabaseUrl
            : EnvironmentVariables.AnalyticsDatabaseUrl;

    /// <summary>The same, whatever schema the database has.</summary>
    /// <exception cref="CommandException">It cannot be used; the message names the variable and never the password.</exception>
    public static Task<NpgsqlConnection> OpenUncheckedAsync(Surroundings surroundings, string variable, CancellationToken cancellationToken) =>
        OpenAsync(Settings(surroundings, variable), variable, static (_, _) => Task.CompletedTask, cancellationToken);

    /// <summary>How the database of a variable is reached.</summary>
    /// <exception cref="CommandException">The variable is not set or cannot be read.</exception>
    public static NpgsqlConnectionStringBuilder Settings(Surroundings surroundings, string variable)
    {
        const string Example = "postgresql://user:password@host:port/database";
        if (surroundings.Variable(variable) is not { Length: > 0 } url)
        {
            throw new CommandException(ExitCode.Usage, $"{variable} is not set; it names the database: {Example}");
        }

        try
        {
            var settings = DatabaseUrl.Parse(url);

            // One connection, used once: a pool would only be kept for nobody.
            settings.Pooling = false;
            settings.ApplicationName ??= "keygen";
            return settings;
        }
        catch (FormatException exception)
        {
            throw new CommandException(ExitCode.Usage, $"{variable} cannot be read: {exception.Message}");
        }
    }

    private static Task<NpgsqlConnection> OpenAsync(Surroundings surroundings, string variable, CancellationToken cancellationToken) => OpenAsync(
        Settings(surroundings, variable), variable, (connection, token) => CheckSchemaAsync(connection, variable, token), cancellationToken);

    private static async Task<NpgsqlConnection> OpenAsync(
        NpgsqlConnectionStringBuilder settings,
        string variable,
        Func<NpgsqlConnection, CancellationToken, Task> checkAsync,
        CancellationToken cancellationToken)
    {
        var connection = Source(settings).CreateConnection();
        try
        {
            await connection.OpenAsync(cancellationToken);
            await checkAsync(connection, cancellationToken);
            return connection;
        }
        catch (Exception exception) when (exception is NpgsqlException or SocketException or TimeoutException)
        {
            await connection.DisposeAsync();
            throw new CommandException(ExitCode.Failed, DatabaseFailure.DescribeOpening(exception, settings, variable));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // The slim one, and without asking the server which types it has: of those that keygen uses all are built in, and a
    // command would spend a tenth of its time on the others.
    private static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings) =>
        new NpgsqlSlimDataSourceBuilder(settings.ConnectionString)
            .ConfigureTypeLoading(static types => types.EnableTypeLoading(false))
            .EnableArrays()
            .EnableTransportSecurity()
            .EnableIntegratedSecurity()
            .Build();

    private static async Task CheckSchemaAsync(NpgsqlConnection connection, string variable, CancellationToken cancellationToken)
    {
        var version = await SchemaVersion.ReadAsync(connection, cancellationToken);
        if (version < Migration.LatestVersion)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"the database of {variable} has schema version {version} and keygen needs {Migration.LatestVersion}: run gateway-db up");
        }

        // It may mean something else by what this program would write.
        if (version > Migration.LatestVersion)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"the database of {variable} has schema version {version} and this keygen knows {Migration.LatestVersion}: use the keygen of the newer release");
        }
    }
}
