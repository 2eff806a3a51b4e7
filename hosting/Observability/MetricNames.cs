namespace Gateway.Hosting.Observability;

/// <summary>How a process's own metrics are called.</summary>
/// <param name="Meter">The meter that they belong to.</param>
/// <param name="Prefix">What their names begin with.</param>
public sealed record MetricNames(string Meter, string Prefix);
