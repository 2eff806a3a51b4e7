namespace Gateway.LoadTests.Running;

/// <summary>A process at a moment.</summary>
/// <param name="Second">From the begin of the run on.</param>
/// <param name="CpuSeconds">What it has used since it started.</param>
/// <param name="OwnBytes">The memory that it has for itself, without files that are mapped.</param>
internal readonly record struct ProcessSample(double Second, double CpuSeconds, long OwnBytes);
