namespace Gateway.Keygen.Backends;

/// <summary>What a backend is to be; <c>null</c> stays as it is, or is the default where there was no backend.</summary>
internal sealed record BackendSettings
{
    public required IReadOnlyList<Uri> Addresses { get; init; }

    public string? LoadBalancing { get; init; }

    public string? Protocol { get; init; }

    public string? HealthPath { get; init; }

    /// <summary>Takes the health path away.</summary>
    public bool NoHealthPath { get; init; }

    public TimeSpan? Timeout { get; init; }

    /// <summary>Takes the timeout away.</summary>
    public bool DefaultTimeout { get; init; }
}
