using Gateway.Keygen.Commands;
using Npgsql;

namespace Gateway.Keygen.Connections;

/// <summary>Both databases, for a command that needs both: opened at once, because one after the other takes half as long again.</summary>
internal sealed class DatabasePair : IAsyncDisposable
{
    private DatabasePair(NpgsqlConnection keys, NpgsqlConnection analytics)
    {
        Keys = keys;
        Analytics = analytics;
    }

    /// <summary>As <see cref="DatabaseConnection.OpenAsync(Surroundings, CancellationToken)"/>.</summary>
    public NpgsqlConnection Keys { get; }

    /// <summary>As <see cref="DatabaseConnection.OpenAnalyticsAsync"/>.</summary>
    public NpgsqlConnection Analytics { get; }

    /// <exception cref="CommandException">One of them cannot be used; the message names the variable and never the password.</exception>
    public static async Task<DatabasePair> OpenAsync(Surroundings surroundings, CancellationToken cancellationToken)
    {
        // Settings that cannot be read are said before anybody is asked.
        DatabaseConnection.Settings(surroundings, DatabaseConnection.AnalyticsVariable(surroundings));
        var keys = DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var analytics = DatabaseConnection.OpenAnalyticsAsync(surroundings, cancellationToken);
        try
        {
            // Where neither can be used, the first is what is said.
            await Task.WhenAll(keys, analytics);
            return new DatabasePair(await keys, await analytics);
        }
        catch
        {
            foreach (var opened in new[] { keys, analytics }.Where(static task => task.IsCompletedSuccessfully))
            {
                await (await opened).DisposeAsync();
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Analytics.DisposeAsync();
        await Keys.DisposeAsync();
    }
}
