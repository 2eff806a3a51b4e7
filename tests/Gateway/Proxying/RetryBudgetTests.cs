using Gateway.Proxying.Retries;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Proxying;

public sealed class RetryBudgetTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Budget_begins_with_ten_and_gets_three_a_second()
    {
        var budget = new RetryBudget(_time);

        Assert.Equal(10, TakeAll(budget));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(6, TakeAll(budget));
    }

    [Fact]
    public void Ten_requests_earn_one_retry()
    {
        var budget = new RetryBudget(_time);
        TakeAll(budget);

        for (var request = 0; request < 1_000; request++)
        {
            budget.AddRequest();
        }

        Assert.Equal(100, TakeAll(budget));
    }

    [Fact]
    public void No_more_than_a_hundred_are_saved_up()
    {
        var budget = new RetryBudget(_time);
        for (var request = 0; request < 100_000; request++)
        {
            budget.AddRequest();
        }

        _time.Advance(TimeSpan.FromDays(365));

        Assert.Equal(100, TakeAll(budget));
    }

    [Fact]
    public void Short_moments_add_up()
    {
        var budget = new RetryBudget(_time);
        TakeAll(budget);
        var taken = 0;

        for (var moment = 0; moment < 10_000; moment++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(0.1));
            taken += budget.TryTake() ? 1 : 0;
        }

        Assert.InRange(taken, 2, 3);
    }

    [Fact]
    public async Task Racing_requests_never_get_more_than_there_is()
    {
        var budget = new RetryBudget(_time);
        for (var request = 0; request < 500; request++)
        {
            budget.AddRequest();
        }

        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => TakeAll(budget))));

        Assert.Equal(60, taken.Sum());
    }

    private static int TakeAll(RetryBudget budget)
    {
        var taken = 0;
        while (budget.TryTake())
        {
            taken++;
        }

        return taken;
    }
}
