using Gateway.Contracts.Usage;
using Gateway.Keygen.Arguments;

namespace Gateway.Keygen.Events;

/// <summary>One request as it was metered: the same fields whether it comes from the database or straight from Kafka.</summary>
internal sealed record RequestEvent
{
    public required Guid Id { get; init; }

    /// <summary>When the request arrived, UTC.</summary>
    public required DateTime Time { get; init; }

    public required Guid OrganizationId { get; init; }

    public required Guid ApiKeyId { get; init; }

    public required Guid RequestId { get; init; }

    public required string Route { get; init; }

    public required string Method { get; init; }

    /// <summary>Without its query string, which is never recorded. A key that a client put into its path is hidden.</summary>
    public required string Path
    {
        get;
        init => field = Secrets.Hide(value);
    }

    public required int Status { get; init; }

    /// <summary>forwarded, rate-limited, quota-exceeded, forbidden, backend-error or client-aborted.</summary>
    public required string Outcome { get; init; }

    public required bool Billable { get; init; }

    public required long Units { get; init; }

    public required long DurationUs { get; init; }

    public required long BackendUs { get; init; }

    public required long RequestBytes { get; init; }

    public required long ResponseBytes { get; init; }

    /// <summary>Which gateway minted it.</summary>
    public required string Source { get; init; }

    public required long Sequence { get; init; }

    public static RequestEvent Of(UsageEvent usageEvent) => new()
    {
        Id = usageEvent.Id,
        Time = usageEvent.Time.UtcDateTime,
        OrganizationId = usageEvent.OrganizationId,
        ApiKeyId = usageEvent.ApiKeyId,
        RequestId = usageEvent.RequestId,
        Route = usageEvent.Route,
        Method = usageEvent.Method,
        Path = usageEvent.Path,
        Status = usageEvent.Status,
        Outcome = UsageOutcomeNames.Of(usageEvent.Outcome),
        Billable = usageEvent.Billable,
        Units = usageEvent.Units,
        DurationUs = usageEvent.DurationMicroseconds,
        BackendUs = usageEvent.BackendMicroseconds,
        RequestBytes = usageEvent.RequestBytes,
        ResponseBytes = usageEvent.ResponseBytes,
        Source = usageEvent.Source,
        Sequence = usageEvent.Sequence,
    };
}
