using System.Collections.Immutable;

namespace Gateway.Proxying.Backends;

/// <summary>Where one organization's requests go instead of to the default backend: a row of the table <c>backends</c>, in its words.</summary>
/// <param name="Addresses">URLs of the same service, in the operator's order; the gateway balances over them.</param>
/// <param name="LoadBalancing"><c>power-of-two-choices</c>, <c>least-requests</c>, <c>round-robin</c>, <c>random</c> or <c>first</c>.</param>
/// <param name="Protocol"><c>auto</c> or <c>http2</c>.</param>
/// <param name="HealthPath">What is asked for to see whether an address is healthy; null: nothing is.</param>
/// <param name="TimeoutSeconds">How long a request may go without a byte; null: the gateway's default.</param>
internal sealed record OrganizationBackend(
    ImmutableArray<string> Addresses, string LoadBalancing, string Protocol, string? HealthPath, int? TimeoutSeconds)
{
    /// <summary>By value, the addresses too: a backend that was read again and is the same is no change.</summary>
    public bool Equals(OrganizationBackend? other) =>
        other is not null
        && Addresses.AsSpan().SequenceEqual(other.Addresses.AsSpan())
        && LoadBalancing == other.LoadBalancing
        && Protocol == other.Protocol
        && HealthPath == other.HealthPath
        && TimeoutSeconds == other.TimeoutSeconds;

    public override int GetHashCode() => HashCode.Combine(Addresses.Length, Addresses.FirstOrDefault(), LoadBalancing, HealthPath, TimeoutSeconds);
}
