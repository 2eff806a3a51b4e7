namespace Gateway.Keygen.Propagation;

/// <summary>A gateway that may still answer requests. Times are by the database's clock.</summary>
internal sealed record GatewayInstance
{
    public required string Name { get; init; }

    /// <summary>The configuration's version that it works with.</summary>
    public required long AppliedVersion { get; init; }

    /// <summary>When it last said so.</summary>
    public required DateTime SeenAt { get; init; }

    public required long SeenSecondsAgo { get; init; }

    /// <summary>When it refuses every key if it hears nothing more.</summary>
    public required DateTime RefusesAt { get; init; }

    /// <summary>Gateways speak every 2 s; one that has not for this long is stopped, stuck or cut off.</summary>
    public required bool IsSilent { get; init; }
}
