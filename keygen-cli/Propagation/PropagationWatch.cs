using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Npgsql;

namespace Gateway.Keygen.Propagation;

/// <summary>
/// Watches the gateways apply a change. The change is committed whatever happens here: nothing that goes wrong while
/// waiting may look like a change that was not made, so it becomes part of the report and no exception.
/// </summary>
internal sealed class PropagationWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>How much longer than the wait a database that hangs can hold up its end.</summary>
    private static readonly TimeSpan Overtime = TimeSpan.FromSeconds(1);

    private readonly Surroundings _surroundings;
    private readonly NpgsqlConnection _connection;
    private readonly long _version;
    private readonly long _started;

    private PropagationWatch(Surroundings surroundings, NpgsqlConnection connection, long version)
    {
        _surroundings = surroundings;
        _connection = connection;
        _version = version;
        _started = surroundings.Time.GetTimestamp();
    }

    private TimeSpan Elapsed => _surroundings.Time.GetElapsedTime(_started);

    /// <summary>Starts to count now, for a change that was committed before.</summary>
    /// <param name="surroundings">For the clock that measures.</param>
    /// <param name="connection">Where to ask; in no transaction.</param>
    /// <param name="version">The configuration's version that the change got.</param>
    public static PropagationWatch Start(Surroundings surroundings, NpgsqlConnection connection, long version) =>
        new(surroundings, connection, version);

    /// <summary>
    /// Commits and counts from just before, so that the time it reports is never shorter than what passed. Cannot be
    /// interrupted once it has begun: nobody would know whether the change was made.
    /// </summary>
    public static async Task<PropagationWatch> CommitAsync(
        Surroundings surroundings, Change change, long version, CancellationToken cancellationToken)
    {
        var watch = new PropagationWatch(surroundings, change.Connection, version);
        await change.CommitAsync(cancellationToken);
        return watch;
    }

    /// <summary>
    /// Waits until every gateway that speaks has applied the change, at most for so long. Silent gateways are not waited
    /// for: they would hold up every change until the last of them is known to refuse.
    /// </summary>
    /// <returns><c>null</c> where nobody wants to wait.</returns>
    public async Task<PropagationReport?> WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (wait == TimeSpan.Zero)
        {
            return null;
        }

        var store = new GatewayInstanceStore(_connection);
        IReadOnlyList<GatewayInstance>? gateways = null;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(wait + Overtime);
        try
        {
            while (true)
            {
                gateways = await store.ListAsync(deadline.Token);
                if (gateways.All(gateway => HasApplied(gateway) || gateway.IsSilent) || Elapsed >= wait)
                {
                    return Report(gateways, problem: null);
                }

                await Task.Delay(Interval, _surroundings.Time, deadline.Token);
            }
        }
        catch (NpgsqlException exception)
        {
            return Report(gateways, DatabaseFailure.Describe(exception));
        }
        catch (OperationCanceledException)
        {
            return Report(gateways, cancellationToken.IsCancellationRequested ? "interrupted" : "PostgreSQL does not answer");
        }
    }

    private bool HasApplied(GatewayInstance gateway) => gateway.AppliedVersion >= _version;

    private PropagationReport Report(IReadOnlyList<GatewayInstance>? gateways, string? problem) => new()
    {
        Confirmed = gateways?.Count(HasApplied),
        Total = gateways?.Count,
        Milliseconds = (long)Elapsed.TotalMilliseconds,
        Problem = problem,
        Unconfirmed =
        [
            .. (gateways ?? []).Where(gateway => !HasApplied(gateway)).Select(gateway => new UnconfirmedGateway
            {
                Name = gateway.Name,
                LastSeen = gateway.SeenAt,
                RefusesAt = gateway.RefusesAt,
                SeenSecondsAgo = gateway.SeenSecondsAgo,
            }),
        ],
    };
}
