namespace Gateway.EndToEnd.Tests.Fixtures;

/// <summary>
/// Tests that kill programs and start them again, for which every core is busy: they run alone, after the others, some of which
/// expect that no lease lapses unused while they send.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class DisturbingTests
{
    public const string Name = nameof(DisturbingTests);
}
