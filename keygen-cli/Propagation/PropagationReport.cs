using System.Text.Json.Serialization;

namespace Gateway.Keygen.Propagation;

/// <summary>How far a change has come.</summary>
internal sealed record PropagationReport
{
    /// <summary>Gateways that work with the change; <c>null</c> where they could not be asked.</summary>
    public required int? Confirmed { get; init; }

    /// <summary>Gateways that may answer requests; <c>null</c> where they could not be asked.</summary>
    public required int? Total { get; init; }

    /// <summary>From the commit until all had confirmed, or until the wait was over.</summary>
    public required long Milliseconds { get; init; }

    public required IReadOnlyList<UnconfirmedGateway> Unconfirmed { get; init; }

    /// <summary>Why the wait ended early and against its will, if it did.</summary>
    [JsonIgnore]
    public string? Problem { get; init; }

    [JsonIgnore]
    public bool IsEverywhere => Confirmed == Total && Problem is null;
}

/// <summary>A gateway that may still work without the change.</summary>
internal sealed record UnconfirmedGateway
{
    public required string Name { get; init; }

    public required DateTime LastSeen { get; init; }

    /// <summary>From when on it surely refuses every key, unless it catches up before.</summary>
    public required DateTime RefusesAt { get; init; }

    [JsonIgnore]
    public long SeenSecondsAgo { get; init; }
}
