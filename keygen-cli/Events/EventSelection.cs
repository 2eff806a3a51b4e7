using Gateway.Contracts.Usage;
using Gateway.Keygen.Arguments;

namespace Gateway.Keygen.Events;

/// <summary>Which requests; <c>null</c> for any.</summary>
internal sealed record EventSelection
{
    public Guid? OrganizationId { get; init; }

    /// <summary>Of the keys whose id begins so.</summary>
    public IdPrefix? Key { get; init; }

    public StatusRange? Status { get; init; }

    public UsageOutcome? Outcome { get; init; }

    /// <summary>Arrived then or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Arrived before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether an event that goes by is one of them, whenever it arrived.</summary>
    public bool Takes(UsageEvent usageEvent) =>
        (OrganizationId is null || usageEvent.OrganizationId == OrganizationId)
        && (Key is null || (usageEvent.ApiKeyId >= Key.Lowest && usageEvent.ApiKeyId <= Key.Highest))
        && (Status is null || (usageEvent.Status >= Status.First && usageEvent.Status <= Status.Last))
        && (Outcome is null || usageEvent.Outcome == Outcome);
}
