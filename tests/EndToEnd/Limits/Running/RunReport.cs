using Gateway.EndToEnd.Tests.Limits.Plans;

namespace Gateway.EndToEnd.Tests.Limits.Running;

/// <summary>How a run ended.</summary>
/// <param name="Plan">What it did.</param>
/// <param name="Violations">What must not be; empty where all was well.</param>
/// <param name="Admitted">Requests that reached the backend.</param>
/// <param name="Refused">Requests over a limit.</param>
/// <param name="Use">How much of what its tightest limit allows got out, 1 for all of it.</param>
internal sealed record RunReport(RunPlan Plan, string[] Violations, long Admitted, int Refused, double Use)
{
    /// <summary>Whether there was more load than the limits allow: only then does the run prove anything.</summary>
    public bool IsTight => Refused > 0;
}
