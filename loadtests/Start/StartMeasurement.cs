namespace Gateway.LoadTests.Start;

/// <summary>One start of one gateway.</summary>
/// <param name="Gateway">Its name.</param>
/// <param name="Round">From 1.</param>
/// <param name="ReadyMilliseconds">From the start of its process until it was ready.</param>
/// <param name="ReadyCpuSeconds">What it took until then.</param>
/// <param name="First">The first seconds under load.</param>
/// <param name="Next">The seconds behind those.</param>
internal sealed record StartMeasurement(
    string Gateway, int Round, double ReadyMilliseconds, double ReadyCpuSeconds, ColdLoad First, ColdLoad Next);
