namespace Gateway.LoadTests.Running;

/// <summary>One kind of customer: what they send, how much, and how well they have to be served.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="SendAsync">Sends the request with that number. Ends with its answer, and does not throw for want of one.</param>
/// <param name="Simulations">How much load, one stretch after the other.</param>
internal sealed record Scenario(
    string Name, Func<long, CancellationToken, Task<Response>> SendAsync, params IReadOnlyList<LoadSimulation> Simulations)
{
    /// <summary>What has to hold, or the run has failed.</summary>
    public IReadOnlyList<Threshold> Thresholds { get; init; } = [];
}
