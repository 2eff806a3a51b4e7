namespace Gateway.LoadTests.Limits;

/// <summary>Gateways with the same settings, which get one tenant's requests in turn.</summary>
/// <param name="Name">What the table calls them.</param>
/// <param name="Urls">What is asked for, at each of them.</param>
internal sealed record GatewayGroup(string Name, Uri[] Urls);
