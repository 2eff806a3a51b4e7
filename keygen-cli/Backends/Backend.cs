namespace Gateway.Keygen.Backends;

/// <summary>Where an organization's requests go.</summary>
internal sealed record Backend
{
    public required Guid OrganizationId { get; init; }

    public required string OrganizationName { get; init; }

    /// <summary>URLs of the same service; none: the gateway's default backend, and all else is <c>null</c>.</summary>
    public string[] Addresses { get; init; } = [];

    /// <summary>One of <see cref="LoadBalancing"/>.</summary>
    public string? LoadBalancing { get; init; }

    /// <summary>auto or http2.</summary>
    public string? Protocol { get; init; }

    /// <summary>What is asked for every few seconds to know whether an address works; <c>null</c>: nothing is.</summary>
    public string? HealthPath { get; init; }

    /// <summary>How long a request may go without a byte from the backend; <c>null</c>: the gateway's default.</summary>
    public int? TimeoutSeconds { get; init; }

    public DateTime? UpdatedAt { get; init; }
}
