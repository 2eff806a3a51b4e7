using Gateway.EndToEnd.Tests.Limits.Fleets;

namespace Gateway.EndToEnd.Tests.Fixtures;

/// <summary>Tests of limits that measure time: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class UndisturbedTests : ICollectionFixture<SharedFleet>
{
    public const string Name = nameof(UndisturbedTests);
}
