namespace Gateway.Keygen.Backends;

/// <summary>What was seen of a backend from here. A gateway that runs elsewhere may see something else.</summary>
internal sealed record BackendCheck
{
    public required Guid OrganizationId { get; init; }

    public required string OrganizationName { get; init; }

    /// <summary>What was asked for; <c>null</c>: the addresses themselves, and any answer that is no server error will do.</summary>
    public required string? HealthPath { get; init; }

    /// <summary>Whether all addresses work.</summary>
    public required bool Works { get; init; }

    public required IReadOnlyList<AddressCheck> Addresses { get; init; }
}

/// <summary>What was seen of one address.</summary>
internal sealed record AddressCheck
{
    /// <summary>What was asked; <c>null</c> for an address that is none, and may contain a password.</summary>
    public required string? Url { get; init; }

    public bool Works => Problem is null;

    /// <summary>Of the answer; <c>null</c> where there was none.</summary>
    public int? Status { get; init; }

    /// <summary>Of HTTP: 1.1 or 2.0; <c>null</c> without an answer.</summary>
    public string? HttpVersion { get; init; }

    /// <summary>From before it was connected to until the answer's headers, or the problem.</summary>
    public long Milliseconds { get; init; }

    /// <summary>When its certificate ends, if it showed one.</summary>
    public DateTime? CertificateExpiresAt { get; init; }

    /// <summary>Why it does not work; <c>null</c> where it does.</summary>
    public string? Problem { get; init; }
}
