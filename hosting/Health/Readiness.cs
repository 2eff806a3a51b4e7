using Gateway.Hosting.Startup;
using Microsoft.Extensions.Hosting;

namespace Gateway.Hosting.Health;

/// <summary>Whether this process should be sent work, and if not, why.</summary>
internal sealed class Readiness(DependencyGate gate, IEnumerable<IReadinessCondition> conditions, IHostApplicationLifetime lifetime)
{
    private readonly IReadinessCondition[] _conditions = [.. conditions];

    public bool IsReady => Look().Status == HealthReport.Ready;

    public HealthReport Look()
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return new HealthReport("draining", WaitingFor: null);
        }

        if (!gate.IsOpen)
        {
            return new HealthReport("starting", gate.Missing);
        }

        return Array.Find(_conditions, static condition => condition.Problem is not null) is { Problem: { } problem } blocked
            ? new HealthReport("blocked", new Dictionary<string, string>(StringComparer.Ordinal) { [blocked.Name] = problem })
            : new HealthReport(HealthReport.Ready, WaitingFor: null);
    }
}
