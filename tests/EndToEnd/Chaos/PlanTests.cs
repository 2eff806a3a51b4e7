using Gateway.Chaos;
using Gateway.Chaos.Plans;

namespace Gateway.EndToEnd.Tests.Chaos;

/// <summary>What a campaign will do follows from its seed.</summary>
public sealed class PlanTests
{
    private static readonly Possibilities Everything = new(BrokerSurvives: true, DiskCanBeFilled: true);

    [Fact]
    public void Same_seed_is_the_same_plan_and_another_is_another()
    {
        Assert.Equal(Plan(seed: 7, minutes: 20), Plan(seed: 7, minutes: 20));
        Assert.NotEqual(Plan(seed: 7, minutes: 20), Plan(seed: 8, minutes: 20));
    }

    [Fact]
    public void Report_of_a_campaign_says_what_makes_the_same_plan_again()
    {
        var options = Options(seed: 7, minutes: 2) with { Duration = TimeSpan.FromMinutes(2.5), Without = [FaultKind.KillRedis, FaultKind.FillDisk], LoseJournal = true, FaultsPerMinute = 12.5 };

        var again = ChaosOptions.Parse([.. options.ToArguments()]);

        Assert.Equal(options with { Without = again.Without }, again);
        Assert.Equal(options.Without, again.Without);
        Assert.Equal(FaultPlan.Create(options, Everything), FaultPlan.Create(again, Everything));
        Assert.True(ChaosOptions.Parse([.. (options with { LoseJournal = false, GoOnWhenFull = true }).ToArguments()]).GoOnWhenFull);
    }

    [Fact]
    public void Long_campaign_has_as_many_faults_as_asked_of_every_kind_in_order_and_some_close_together()
    {
        var plan = FaultPlan.Create(Options(seed: 1, minutes: 20) with { LoseJournal = true }, Everything);

        Assert.Equal(200, plan.Count);
        Assert.Equal(Enum.GetValues<FaultKind>(), plan.Select(fault => fault.Kind).Distinct().Order());
        Assert.Equal(plan.OrderBy(fault => fault.At), plan);
        Assert.All(plan, fault => Assert.InRange(fault.At, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(20)));
        Assert.True(plan.Zip(plan.Skip(1)).Count(pair => pair.Second.At - pair.First.At < TimeSpan.FromSeconds(0.8)) > 40);
    }

    [Fact]
    public void What_is_impossible_or_not_wanted_is_not_in_it()
    {
        var options = Options(seed: 1, minutes: 20) with { Without = [FaultKind.KillRedis] };

        var kinds = FaultPlan.Create(options, new Possibilities(BrokerSurvives: false, DiskCanBeFilled: false)).Select(fault => fault.Kind).ToHashSet();

        Assert.Empty(kinds.Intersect([FaultKind.KillRedis, FaultKind.KillBroker, FaultKind.RestartBroker, FaultKind.FillDisk]));
        Assert.Contains(FaultKind.FreezeBroker, kinds);
    }

    [Fact]
    public void Journals_are_lost_only_where_that_was_asked_for() =>
        Assert.DoesNotContain(Plan(seed: 1, minutes: 20), fault => fault.Kind == FaultKind.LoseJournal);

    [Fact]
    public void Of_three_brokers_each_is_hit_but_never_two_at_a_time_and_nothing_else_changes()
    {
        var one = Plan(seed: 1, minutes: 20);

        var three = FaultPlan.Create(Options(seed: 1, minutes: 20) with { Brokers = 3 }, Everything);

        Assert.Equal(one, three.Select(fault => fault with { Broker = null }));
        var hits = three.Where(fault => fault.Kind is FaultKind.KillBroker or FaultKind.FreezeBroker or FaultKind.RestartBroker).ToArray();
        Assert.Equal(["broker-1", "broker-2", "broker-3"], hits.Select(fault => fault.Where).Distinct().Order(StringComparer.Ordinal));
        Assert.Single(hits.Select(fault => Assert.Single(fault.Targets)).Distinct());
    }

    private static IReadOnlyList<PlannedFault> Plan(int seed, int minutes) => FaultPlan.Create(Options(seed, minutes), Everything);

    private static ChaosOptions Options(int seed, int minutes) => ChaosOptions.Parse(["--seed", $"{seed}", "--minutes", $"{minutes}", "--faults-per-minute", "10"]);
}
