namespace Gateway.LoadTests.Running;

/// <summary>A stretch of a scenario: how much load, for how long. The words are NBomber's.</summary>
/// <param name="During">For how long.</param>
internal abstract record LoadSimulation(TimeSpan During)
{
    /// <summary>Requests evenly spread, sent when they are due whether or not earlier ones were answered (an open model).</summary>
    /// <param name="Rate">How many.</param>
    /// <param name="Interval">In which time.</param>
    /// <param name="During">For how long.</param>
    internal sealed record Inject(double Rate, TimeSpan Interval, TimeSpan During) : LoadSimulation(During);

    /// <summary>The same, at a rate that changes evenly: from that of the stretch before (or none) to this one.</summary>
    /// <param name="Rate">How many at the end.</param>
    /// <param name="Interval">In which time.</param>
    /// <param name="During">For how long.</param>
    internal sealed record RampingInject(double Rate, TimeSpan Interval, TimeSpan During) : LoadSimulation(During);

    /// <summary>Clients that each send their next request when the last one was answered (a closed model).</summary>
    /// <param name="Copies">How many.</param>
    /// <param name="During">For how long.</param>
    internal sealed record KeepConstant(int Copies, TimeSpan During) : LoadSimulation(During);

    /// <summary>Nothing.</summary>
    /// <param name="During">For how long.</param>
    internal sealed record Pause(TimeSpan During) : LoadSimulation(During);
}
