namespace Gateway.Keygen.Limits;

/// <summary>The limit of an organization's requests over one route.</summary>
internal sealed record RouteLimit(string Route, Limit PerMinute);
