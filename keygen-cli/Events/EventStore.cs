using System.Text;
using Dapper;
using Gateway.Contracts.Usage;
using Npgsql;

namespace Gateway.Keygen.Events;

/// <summary>
/// The table <c>usage_events</c>, the newest first: down the index <c>usage_events_by_organization</c> until there are
/// enough, so the last requests of an organization take the same time whatever it has behind it.
/// </summary>
internal sealed class EventStore(NpgsqlConnection analytics)
{
    /// <summary>Seconds; 0 for ever. What is rare is looked for in all that the organization ever asked: whoever waits decides how long.</summary>
    private const int NoTimeout = 0;

    /// <summary>As they come from the server.</summary>
    /// <param name="selection">Of one organization.</param>
    /// <param name="limit">How many at most.</param>
    public IAsyncEnumerable<RequestEvent> ReadAsync(EventSelection selection, long limit)
    {
        // Only what is asked for: a condition that may be null would be a plan that knows nothing.
        var sql = new StringBuilder(
            """
            SELECT event_id AS id, occurred_at AS time, organization_id, api_key_id, request_id, route, method, path, status, outcome,
                   billable, units, duration_us, backend_us, request_bytes, response_bytes, source, sequence
            FROM usage_events
            WHERE organization_id = @organizationId
            """);
        AddWhere(selection.From, "occurred_at >= @from");
        AddWhere(selection.To, "occurred_at < @to");
        AddWhere(selection.Key, "api_key_id BETWEEN @lowestKey AND @highestKey");
        AddWhere(selection.Status, "status BETWEEN @firstStatus AND @lastStatus");
        AddWhere(selection.Outcome, "outcome = @outcome");

        // The id only where two arrived in the same microsecond, so that two askings agree.
        sql.Append(" ORDER BY occurred_at DESC, event_id DESC LIMIT @limit");
        return analytics.QueryUnbufferedAsync<RequestEvent>(
            sql.ToString(),
            new
            {
                organizationId = selection.OrganizationId,
                from = selection.From?.UtcDateTime,
                to = selection.To?.UtcDateTime,
                lowestKey = selection.Key?.Lowest,
                highestKey = selection.Key?.Highest,
                firstStatus = (short?)selection.Status?.First,
                lastStatus = (short?)selection.Status?.Last,
                outcome = selection.Outcome is { } outcome ? UsageOutcomeNames.Of(outcome) : null,
                limit,
            },
            commandTimeout: NoTimeout);

        void AddWhere(object? asked, string condition)
        {
            if (asked is not null)
            {
                sql.Append(" AND ").Append(condition);
            }
        }
    }
}
