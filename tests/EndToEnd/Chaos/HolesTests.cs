using Gateway.Chaos.Checking;
using Gateway.Chaos.Faults;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Chaos;

/// <summary>A campaign knows why each sequence is missing, and whether <c>keygen reconcile</c> misses all that it should.</summary>
public sealed class HolesTests
{
    private const string Source = "gateway/a";

    [Fact]
    public void Each_reason_is_counted_apart()
    {
        var losses = new Losses
        {
            FlippedBits = [new FlippedBit(Source, 2, "/2", WasOnlyRecord: true)],
            LostEvents = [new LostEvent(Source, 3, "/3"), new LostEvent(Source, 4, "/4"), new LostEvent(Source, 6, "/6")],
        };

        var holes = Holes.Of([Account(missing: 4, (2, 5))], Rows(1), losses, ["/3", "/6"]);

        Assert.Empty(holes.Problems);
        Assert.Equal((1, 2, 1), (holes.Destroyed, holes.LostWithJournal, holes.Others));
        Assert.Equal((1, 1), (holes.AnsweredNamed, holes.AnsweredBehindLastWord));
    }

    [Fact]
    public void Loss_that_reconcile_does_not_miss_is_a_problem()
    {
        var losses = new Losses { LostEvents = [new LostEvent(Source, 3, "/3")] };

        Assert.Single(Holes.Of([Account(missing: 0)], Rows(1, 2, 4, 5), losses, ["/3"]).Problems, problem => problem.StartsWith("of gateway/a 1", StringComparison.Ordinal));
        Assert.NotEmpty(Holes.Of([Account(missing: 1, (4, 4))], Rows(1, 2, 4, 5), losses, ["/3"]).Problems);
    }

    [Theory]
    [InlineData("ended")]
    [InlineData("running")]
    [InlineData("unannounced")]
    public void Loss_behind_the_last_word_is_a_problem_unless_reconcile_calls_the_source_silent(string state)
    {
        var losses = new Losses { LostEvents = [new LostEvent(Source, 6, "/6")] };

        Assert.Single(Holes.Of([Account(missing: 0) with { State = state }], Rows(1, 2, 3, 4, 5), losses, ["/6"]).Problems);
        Assert.Single(Holes.Of([], [], losses, ["/6"]).Problems);
        Assert.Empty(Holes.Of([Account(missing: 0)], Rows(1, 2, 3, 4, 5), losses, ["/6"]).Problems);
    }

    [Fact]
    public void Gateway_that_stopped_in_order_has_to_say_exactly_what_reconcile_misses()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllLines(
            directory.Combine("gateway-1.log"),
            [
                """{"time":"x","message":"gateway/a has served 2 requests without metering them since its start: keygen reconcile misses their sequences"}""",
                """{"time":"x","message":"gateway/a has served 3 requests without metering them since its start: keygen reconcile misses their sequences"}""",
                """{"time":"x","message":"gateway/b has served 3 requests without metering them since its start: keygen reconcile misses their sequences"}""",
            ]);
        File.WriteAllLines(
            directory.Combine("gateway-2.log"), ["""{"time":"x","message":"found the journal of gateway/b, which is no more: publishing what it has left"}"""]);
        var log = UnmeteredLog.Read(directory.Path);

        Assert.Equal(6, log.Total);
        Assert.Empty(log.Differences([Account(missing: 3), Account(missing: 4) with { Source = "gateway/b" }]));
        Assert.Single(log.Differences([Account(missing: 4)]));
        Assert.Single(log.Differences([Account(missing: 2)]));
        Assert.Single(log.Differences([Account(missing: 1) with { Source = "gateway/c" }]));
        Assert.Single(log.Differences([Account(missing: 2) with { Source = "gateway/b" }]));
    }

    private static SourceAccount Account(long missing, params (long First, long Last)[] ranges) =>
        new(Source, SourceAccount.Silent, Minted: 5, missing, Excused: 0, ranges, NamesAll: ranges.Length > 0);

    private static StoredRow[] Rows(params long[] sequences) => Array.ConvertAll(
        sequences, sequence => new StoredRow($"/{sequence}", "GET", Guid.Empty, 200, "forwarded", true, 1, Source, sequence));
}
