namespace Gateway.LoadTests.Start;

/// <summary>What a gateway did for some seconds under load while it was not warm yet.</summary>
/// <param name="CpuSeconds">What its process took for it.</param>
/// <param name="P50">Milliseconds that half of the answers did not exceed, from when their requests were due.</param>
/// <param name="P99">The same of 99 %.</param>
/// <param name="Largest">The longest.</param>
/// <param name="NotOk">Answers that were not 200, and requests without one.</param>
/// <param name="CompiledMethods">Since its process was started, at the end of this.</param>
/// <param name="CompilationSeconds">What compiling them took.</param>
internal sealed record ColdLoad(
    double CpuSeconds, double P50, double P99, double Largest, long NotOk, double CompiledMethods, double CompilationSeconds);
