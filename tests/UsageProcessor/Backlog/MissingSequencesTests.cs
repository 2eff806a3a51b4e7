using Gateway.UsageProcessor.Backlog;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests.Backlog;

public sealed class MissingSequencesTests
{
    private readonly ManualTime _time = new();
    private readonly MissingSequences _missing;

    public MissingSequencesTests() => _missing = new MissingSequences(_time);

    [Fact]
    public void What_is_absent_counts_after_a_grace_and_no_sooner()
    {
        Assert.Equal(0, Count(("a", 100, 3)));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, Count(("a", 100, 3)));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(3, Count(("a", 100, 3)));
    }

    [Fact]
    public void What_was_minted_within_the_grace_may_be_on_its_way()
    {
        for (var minted = 0; minted <= 1_000; minted += 100)
        {
            Assert.Equal(0, Count(("busy", 1_000 + minted, 150)));
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        // Two hundred a minute may be under way, so of five hundred three hundred are not.
        Assert.Equal(300, Count(("busy", 2_000 + 100, 500)));
    }

    [Fact]
    public void Source_of_which_all_has_arrived_is_forgotten()
    {
        Count(("a", 100, 3));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(3, Count(("a", 100, 3)));
        Assert.Equal(0, Count());
        Assert.Equal(0, Count(("a", 200, 50)));
    }

    private long Count(params (string Source, long Minted, long Absent)[] sources) =>
        _missing.Count([.. sources.Select(source => new SourceCount(source.Source, source.Minted, source.Absent))]);
}
