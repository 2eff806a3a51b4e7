using Gateway.RateLimiting;
using Gateway.RateLimiting.Buckets;
using Gateway.RateLimiting.Leases;
using Gateway.RateLimiting.Limits;

namespace Gateway.Tests.RateLimiting.Leases;

public sealed class LeasedDecisionsTests
{
    private static readonly LeaseTerms Terms = new(LeaseMode.Leased, Milliseconds: 100);

    private readonly Limit _limit = Limit.OfBucket(Periods.Day, new LocalBucket("day"), new BucketSize(1, 1_000), version: 1, refuses: true);

    private LocalBucket Bucket => _limit.Bucket;

    [Fact]
    public void Lease_is_spent_only_while_the_last_word_of_Redis_is_fresh()
    {
        Learn(tokens: 500, granted: 100, sentAt: 0);

        Assert.True(Decide(now: Terms.MaximumAge, out var fresh));
        Assert.True(fresh.IsAllowed);
        Assert.False(Decide(now: Terms.MaximumAge + 1, out _));
    }

    [Fact]
    public void Lease_is_not_spent_once_it_has_lapsed()
    {
        Learn(tokens: 500, granted: 100, sentAt: 0, lapsesIn: 50);

        Assert.True(Decide(now: 49, out _));
        Assert.False(Decide(now: 50, out _));
    }

    [Fact]
    public void Of_answers_that_overtake_each_other_the_least_is_shown()
    {
        Learn(tokens: 10, sentAt: 0, now: 5);
        Learn(tokens: 20, sentAt: 1, now: 6);
        Assert.Equal(10, Bucket.State(6).Remaining);

        Learn(tokens: 30, sentAt: 7, now: 8);
        Assert.Equal(30, Bucket.State(8).Remaining);
    }

    [Fact]
    public void Refusal_is_remembered_for_its_own_cost_until_there_can_be_enough()
    {
        Learn(tokens: 0, sentAt: 0, need: 1, wait: 30);

        Assert.Equal(20, Bucket.RememberedWait(units: 1, now: 10));
        Assert.Equal(0, Bucket.RememberedWait(units: 5, now: 10));
        Assert.Equal(0, Bucket.RememberedWait(units: 1, now: 30));
    }

    [Fact]
    public void Units_that_a_refused_request_had_set_aside_are_there_again_also_when_they_were_told_of_meanwhile()
    {
        Learn(tokens: 500, granted: 10, sentAt: 0);
        var reserved = Bucket.Reserve(4);
        Bucket.TakeNews(_limit, givesBack: false, now: 1);

        Bucket.Release(reserved, now: 2);

        Assert.Equal(10, Bucket.Leased(2));
        Assert.Equal(default, Bucket.TakeNews(_limit, givesBack: false, now: 3).Newer);
    }

    private bool Decide(long now, out LimitDecision decision) =>
        LeasedDecisions.TryDecide(new RequestLimits([_limit]), units: 1, Terms, now, out decision);

    private void Learn(long tokens, long sentAt, long granted = 0, long lapsesIn = 1_000, long need = 0, long wait = 0, long? now = null) => Bucket.Learn(
        _limit, new BucketReply(tokens, 0, wait, granted, Generation: 7, lapsesIn), need, sentAt, now ?? sentAt, LeaseTerms.MemoryMilliseconds);
}
