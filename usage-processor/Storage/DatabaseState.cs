using Gateway.Hosting.Observability;
using Gateway.Hosting.Startup;

namespace Gateway.UsageProcessor.Storage;

/// <summary>PostgreSQL is up from when it was there at the start, and while storing does not fail for its sake.</summary>
internal sealed class DatabaseState(DependencyGate gate, RetryUntilDone retry) : IDependencyState
{
    public string Dependency => "postgresql";

    public bool IsUp => gate.IsOpen && !retry.IsDatabaseAway;
}
