using Gateway.RateLimiting.Fallback;

namespace Gateway.Tests.RateLimiting.Fallback;

public sealed class LongOutageTests
{
    private const long Filling = 1_000;

    [Fact]
    public void Of_a_long_outage_no_less_than_the_last_filling_is_owed_and_no_more_than_two()
    {
        Debt debt = default;
        for (long now = 0; now <= 10_000; now++)
        {
            debt.Add(1, Filling, now);
        }

        Assert.InRange(debt.Take(Filling, now: 10_000), Filling, 2 * Filling);
    }

    [Fact]
    public void Of_a_short_outage_everything_is_owed_once()
    {
        Debt debt = default;
        debt.Add(3, Filling, now: 0);
        debt.Add(4, Filling, now: 999);

        Assert.Equal(7, debt.Take(Filling, now: 999));
        Assert.False(debt.IsOpen);
    }

    [Fact]
    public void What_was_spent_so_long_ago_that_the_bucket_is_full_is_not_owed()
    {
        Debt debt = default;
        debt.Add(3, Filling, now: 0);

        Assert.Equal(0, debt.Take(Filling, now: 2 * Filling));
    }

    [Fact]
    public void Quota_is_owed_for_ever()
    {
        Debt debt = default;
        debt.Add(3, long.MaxValue, now: 0);

        Assert.Equal(3, debt.Take(long.MaxValue, now: 1_000_000_000_000));
    }
}
