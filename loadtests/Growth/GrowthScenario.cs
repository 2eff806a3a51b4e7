namespace Gateway.LoadTests.Growth;

/// <summary>How the cost of a request grows with what there is.</summary>
/// <param name="Rate">Requests per second, the same for every point, sent when they are due.</param>
/// <param name="During">Each measurement.</param>
/// <param name="WarmUpRequests">What each gateway gets beforehand, flat out.</param>
/// <param name="Rounds">Measurements of each point.</param>
/// <param name="IsQuick">Fewer points.</param>
/// <param name="JsonFile">Where all measurements are written, or null.</param>
internal sealed record GrowthScenario(int Rate, TimeSpan During, int WarmUpRequests, int Rounds, bool IsQuick, string? JsonFile);
