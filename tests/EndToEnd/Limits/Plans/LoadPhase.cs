namespace Gateway.EndToEnd.Tests.Limits.Plans;

/// <summary>A part of a run during which the load stays the same.</summary>
/// <param name="Duration">How long.</param>
/// <param name="Concurrency">Requests under way at any time; 0 is a pause.</param>
/// <param name="RequestsPerSecond">Of all of them together; null for as many as get through.</param>
/// <param name="Gateways">Which gateways get them.</param>
internal sealed record LoadPhase(TimeSpan Duration, int Concurrency, int? RequestsPerSecond, int[] Gateways)
{
    public override string ToString() =>
        $"{Duration.TotalMilliseconds:0} ms x{Concurrency}{(RequestsPerSecond is { } rate ? $" {rate}/s" : "")} on {string.Join('+', Gateways)}";
}
