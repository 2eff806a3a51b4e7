namespace Gateway.Hosting.Observability;

/// <summary>What the running process has last seen of a server that it needs. Nobody is asked for it.</summary>
public interface IDependencyState
{
    /// <summary><c>postgresql</c>, <c>redis</c> or <c>kafka</c>.</summary>
    string Dependency { get; }

    /// <summary>Whether it did what was last asked of it. Read from any thread.</summary>
    bool IsUp { get; }
}
