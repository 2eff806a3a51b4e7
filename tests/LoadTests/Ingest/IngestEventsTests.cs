using Gateway.Contracts.Usage;
using Gateway.LoadTests.Ingest;

namespace Gateway.LoadTests.Tests.Ingest;

public sealed class IngestEventsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 22, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Events_are_spread_over_an_hour_organizations_keys_and_routes()
    {
        var events = IngestEvents.Mint(set: 1, 20_000, Now).ToArray();

        Assert.Equal(20_000, events.Select(one => one.Id).Distinct().Count());
        Assert.Equal(50, events.Select(one => one.OrganizationId).Distinct().Count());
        Assert.Equal(200, events.Select(one => one.ApiKeyId).Distinct().Count());
        Assert.Equal(3, events.Select(one => one.Route).Distinct().Count());
        Assert.Equal(Now.AddHours(-1), events[0].Time);
        Assert.InRange(events[^1].Time, Now.AddSeconds(-1), Now);
    }

    [Fact]
    public void Sequences_of_each_source_count_up_from_1_without_gaps() =>
        Assert.All(
            IngestEvents.Mint(set: 1, 1_000, Now).GroupBy(one => one.Source),
            source => Assert.Equal(Enumerable.Range(1, 250).Select(number => (long)number), source.Select(one => one.Sequence)));

    [Fact]
    public void Events_are_what_the_usage_processor_takes() =>
        Assert.All(
            IngestEvents.Mint(set: 1, 1_000, Now),
            one => Assert.True(UsageEventJson.TryParse(UsageEventJson.Serialize(one), out var read, out _) && read == one));

    [Fact]
    public void Sets_have_no_source_in_common() =>
        Assert.Empty(
            IngestEvents.Mint(set: 1, 100, Now).Select(one => one.Source).Intersect(IngestEvents.Mint(set: 11, 100, Now).Select(one => one.Source)));
}
