namespace Gateway.LoadTests.Tests;

/// <summary>Tests that measure time, or put a stack under load: alone on the machine's cores.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TimedTests
{
    public const string Name = "timed";
}
