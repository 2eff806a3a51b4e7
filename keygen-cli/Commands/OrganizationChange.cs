using System.Text.Json.Serialization.Metadata;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Propagation;
using Npgsql;

namespace Gateway.Keygen.Commands;

/// <summary>
/// A change of what an organization may use: made in one transaction, shown as it is then, and waited for until every
/// gateway has applied it.
/// </summary>
/// <param name="Organization">Whose.</param>
/// <param name="Terms">Who makes it.</param>
/// <param name="Wait">How it is waited for.</param>
internal sealed record OrganizationChange(OrganizationReference Organization, ChangeTerms Terms, PropagationWait Wait)
{
    /// <param name="surroundings">Where to print.</param>
    /// <param name="changeAsync">Makes the change, and answers what there is then.</param>
    /// <param name="writeAsync">Prints that as text.</param>
    /// <param name="type">Its shape as JSON.</param>
    /// <param name="cancellationToken">Ends it before it is committed; later only the wait.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync<T>(
        Surroundings surroundings,
        Func<NpgsqlConnection, Organization, Task<T>> changeAsync,
        Func<T, Task> writeAsync,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var organizations = new OrganizationStore(connection);
        var organization = await organizations.GetAsync(Organization, cancellationToken);

        await using var change = await Change.BeginAsync(surroundings, connection, Terms, cancellationToken);
        var changed = await changeAsync(connection, organization);
        if (change.IsDryRun)
        {
            return await change.ShowAsync(Wait.Json, cancellationToken);
        }

        // Where all was so already this is an older version, which gateways that are in step have applied long since.
        var version = await organizations.VersionAsync(organization.Id, cancellationToken);
        var watch = await PropagationWatch.CommitAsync(surroundings, change, version, cancellationToken);

        if (!Wait.Json)
        {
            await writeAsync(changed);
        }

        return await Wait.EndAsync(surroundings, watch, "applied", changed, type, cancellationToken);
    }
}
