namespace Gateway.LoadTests.Start;

/// <summary>Which gateways are started, and what they have to do at once.</summary>
/// <param name="Gateways">As published, each to a folder.</param>
/// <param name="Rounds">How often all are measured, in turn: what else the machine does then hits everyone alike.</param>
/// <param name="Rate">Requests per second, from the moment on at which one is ready.</param>
/// <param name="Connections">Of the load, each with one request under way at most.</param>
/// <param name="WarmUp">Load on each beforehand, flat out, where they are measured warm.</param>
/// <param name="JsonFile">Where all measurements are written, or null.</param>
internal sealed record StartScenario(
    IReadOnlyList<PublishedGateway> Gateways, int Rounds, int Rate, int Connections, TimeSpan WarmUp, string? JsonFile);
