namespace Gateway.LoadTests.Compare;

/// <summary>What one contestant did under one load. All of its answers were 200.</summary>
/// <param name="Contestant">Its name.</param>
/// <param name="Round">From 1.</param>
/// <param name="Kind">Under what load.</param>
/// <param name="Requests">How many were answered.</param>
/// <param name="RequestsPerSecond">From the first that was due to the last answer.</param>
/// <param name="P50">Milliseconds that half of the answers did not exceed, from when their requests were due.</param>
/// <param name="P99">The same of 99 %.</param>
/// <param name="P999">The same of 99.9 %.</param>
/// <param name="LateP99">The same of how late the load itself was; it is in the others.</param>
/// <param name="Cpu">What it took, until the contestant had come to rest.</param>
/// <param name="PeakBytes">The most memory that its processes have had since they started.</param>
/// <param name="AllocatedBytes">What it allocated for each request, where it tells.</param>
/// <param name="OthersCores">How many cores were busy with anything but this comparison: the noise.</param>
internal sealed record Measurement(
    string Contestant,
    int Round,
    LoadKind Kind,
    long Requests,
    double RequestsPerSecond,
    double P50,
    double P99,
    double P999,
    double LateP99,
    CpuSeconds Cpu,
    long PeakBytes,
    double? AllocatedBytes,
    double OthersCores)
{
    /// <summary>Of its own processes.</summary>
    public double RequestsPerCpuSecond => Requests / Cpu.Own;

    /// <summary>Of whatever part of <see cref="Cpu"/>.</summary>
    public double MicrosecondsPerRequest(double seconds) => seconds * 1_000_000 / Requests;
}
