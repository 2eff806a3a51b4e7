namespace Gateway.Contracts.Usage;

/// <summary>
/// One authenticated request, as it is metered and billed. <see cref="Id"/>, <see cref="Time"/> and
/// <see cref="Sequence"/> are minted once and never change on a retry, so that a copy can be recognized anywhere.
/// Its JSON form (<see cref="UsageEventJson"/>) is a CloudEvents 1.0 structured event of type <c>gateway.request.v1</c>.
/// </summary>
public sealed record UsageEvent
{
    /// <summary>Unique for ever; a UUID of version 7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Who minted it: <c>gateway/&lt;instance id&gt;</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Counts up from 1 without gaps per <see cref="Source"/>: a hole proves a loss.</summary>
    public required long Sequence { get; init; }

    /// <summary>When the request arrived, UTC, whole microseconds (what PostgreSQL can store).</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Who pays.</summary>
    public required Guid OrganizationId { get; init; }

    /// <summary>The key that the request came with.</summary>
    public required Guid ApiKeyId { get; init; }

    /// <summary>The <c>X-Request-Id</c> that the backend saw.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>The route's id in the gateway's configuration.</summary>
    public required string Route { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path without its query string, cut at <see cref="UsageEventJson.MaximumPathLength"/> characters.</summary>
    public required string Path { get; init; }

    /// <summary>The status that the client saw, or 499 when it had gone away before there was one.</summary>
    public required int Status { get; init; }

    /// <summary>How the request ended.</summary>
    public required UsageOutcome Outcome { get; init; }

    /// <summary>Whether it belongs on the invoice.</summary>
    public required bool Billable { get; init; }

    /// <summary>What it costs; counted on the invoice only where <see cref="Billable"/>.</summary>
    public required long Units { get; init; }

    /// <summary>From the request's arrival to the end of its answer, microseconds.</summary>
    public required long DurationMicroseconds { get; init; }

    /// <summary>The part of the duration that was spent with the backend, microseconds; 0 where it was never asked.</summary>
    public required long BackendMicroseconds { get; init; }

    /// <summary>Bytes of the request's body.</summary>
    public required long RequestBytes { get; init; }

    /// <summary>Bytes of the answer's body.</summary>
    public required long ResponseBytes { get; init; }
}
