namespace Gateway.Hosting.Health;

/// <summary>
/// Something that can keep a process from its work after it was ready, and that only somebody outside can mend: <c>/health/ready</c>
/// answers 503 with the reason while it lasts. Outages that pass by themselves are no case for this.
/// </summary>
public interface IReadinessCondition
{
    /// <summary>What cannot be done.</summary>
    string Name { get; }

    /// <summary>Why, and what to do; null while all is well. Read from any thread.</summary>
    string? Problem { get; }
}
