namespace Gateway.Hosting.Startup;

/// <summary>A server that this process needs before it can do its work.</summary>
public interface IDependency
{
    /// <summary>What and where it is, without any password: <c>PostgreSQL at db:5432</c>.</summary>
    string Name { get; }

    /// <summary>How long the start waits for it, for what can be done without; null: however long it takes.</summary>
    TimeSpan? Patience => null;

    /// <summary>Returns when it is there and usable; throws with the reason when it is not.</summary>
    Task CheckAsync(CancellationToken cancellationToken);
}
