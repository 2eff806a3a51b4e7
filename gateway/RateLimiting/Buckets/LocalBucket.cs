using Gateway.RateLimiting.Fallback;
using Gateway.RateLimiting.Leases;
using Gateway.RateLimiting.Limits;
using StackExchange.Redis;

namespace Gateway.RateLimiting.Buckets;

/// <summary>
/// What this gateway has of one bucket and knows of it. All moments are milliseconds of this gateway's own clock, which is
/// never set.
/// </summary>
/// <remarks>Guarded by the lock of its <see cref="OrganizationBuckets"/>.</remarks>
internal sealed class LocalBucket(RedisKey key)
{
    // A refusal is remembered for no more than this part of the time in which the empty bucket fills up, so that
    // nothing overflows meanwhile.
    private const long PartOfFilling = 8;

    private Lease _newer;
    private Lease _older;
    private Lease _gone;
    private RecentRate _rate;
    private BucketShare? _share;
    private Debt _debt;
    private long _refund;
    private long _counter;
    private long _leaseUsedAt;

    private bool _isKnown;
    private long _known;
    private long _knownAt;
    private long _answeredAt;
    private long _fullAt;

    private long _refusedUntil;
    private long _refusedUnits;
    private long _retryAt;

    public RedisKey Key { get; } = key;

    /// <summary>The limit that it was used for last: its terms, for calls that no request asks for.</summary>
    public Limit? LastLimit { get; set; }

    /// <summary>Whether there is something that Redis should hear of even if no request asks any more.</summary>
    public bool HasNews => _debt.IsOpen || _refund > 0 || _newer.Left > 0 || _older.Left > 0;

    /// <summary>Whether it is time for that: leased units only once nobody has spent of them for a while.</summary>
    public bool HasNewsDue(long now, long silence) =>
        _debt.IsOpen || _refund > 0 || ((_newer.Left > 0 || _older.Left > 0) && now - _leaseUsedAt >= silence);

    /// <summary>Whether what Redis said last is no older than that.</summary>
    public bool IsFresh(long now, long maximumAge) => _isKnown && now - _knownAt <= maximumAge;

    /// <summary>Units that can be spent here without asking.</summary>
    public long Leased(long now)
    {
        _newer.Expire(now);
        _older.Expire(now);
        return _newer.Left + _older.Left;
    }

    /// <summary>Spends leased units, the older ones first.</summary>
    public void SpendLeased(long units, long now) => Confirm(Reserve(units), now);

    /// <summary>Sets leased units aside, the older ones first; they are spent or not once Redis has decided over the rest.</summary>
    public Reservation Reserve(long units)
    {
        var older = _older.Reserve(units);
        return new Reservation(_newer.Generation, _newer.Reserve(units - older), _older.Generation, older);
    }

    /// <summary>They are spent.</summary>
    public void Confirm(in Reservation reservation, long now)
    {
        if (reservation.Newer + reservation.Older > 0)
        {
            _leaseUsedAt = now;
            LeaseOf(reservation.NewerGeneration).Confirm(reservation.Newer);
            LeaseOf(reservation.OlderGeneration).Confirm(reservation.Older);
        }
    }

    /// <summary>They are not. What has lapsed meanwhile is lost.</summary>
    public void Release(in Reservation reservation, long now)
    {
        LeaseOf(reservation.NewerGeneration).Release(reservation.Newer);
        LeaseOf(reservation.OlderGeneration).Release(reservation.Older);
        Leased(now);
    }

    /// <summary>Counts units that a request was let through with, however.</summary>
    public void CountSpent(long units, long now) => _rate.Add(units, now);

    /// <summary>Units that will be spent in that time, if it goes on as lately.</summary>
    public long Expect(long milliseconds, long now) => _rate.Expect(milliseconds, now);

    /// <summary>
    /// How long Redis's last refusal still holds for that many units; 0 where it does not. For more units it would hold too,
    /// but longer, and nobody is told to retry too early.
    /// </summary>
    public long RememberedWait(long units, long now)
    {
        if (now >= _refusedUntil || units != _refusedUnits)
        {
            return 0;
        }

        return _retryAt == LimitDecision.Never ? LimitDecision.Never : Math.Max(1, _retryAt - now);
    }

    /// <summary>What Redis is told with the next call; it counts as told from here on.</summary>
    /// <param name="limit">For which the bucket is used now.</param>
    /// <param name="givesBack">Whether leases go back.</param>
    /// <param name="now">The time.</param>
    public BucketNews TakeNews(Limit limit, bool givesBack, long now)
    {
        var leased = Leased(now);
        var newer = LeaseNews.Take(ref _newer, givesBack);
        var older = LeaseNews.Take(ref _older, givesBack);
        var owed = _debt.Take(limit.FillingMilliseconds, now);
        if (limit.Quota is not null)
        {
            // A quota counts a lease as used already; only what comes back matters.
            var back = newer.Back + older.Back + _refund;
            _refund = 0;
            return owed > 0 || back > 0
                ? new BucketNews(BucketNews.Full, owed, new LeaseNews(_counter, 0, back), default)
                : BucketNews.None;
        }

        return new BucketNews(Seed(limit, leased, now), owed, newer, older);
    }

    /// <summary>Redis has not heard it. What was given back is lost, which errs on the safe side; a debt stays one.</summary>
    public void Untell(Limit limit, in BucketNews news, long now)
    {
        if (news.Owed > 0)
        {
            Owe(limit, news.Owed, now);
        }
    }

    /// <summary>Takes in what Redis says.</summary>
    /// <param name="limit">For which it was asked.</param>
    /// <param name="reply">What it says.</param>
    /// <param name="need">What the request needed of it.</param>
    /// <param name="sentAt">When it was asked.</param>
    /// <param name="now">The time.</param>
    /// <param name="memory">For how many milliseconds a refusal is remembered at most.</param>
    public void Learn(Limit limit, in BucketReply reply, long need, long sentAt, long now, long memory)
    {
        LearnTokens(reply, sentAt, now);
        if (limit.Quota is not null)
        {
            LearnCounter(reply.LapsesInMilliseconds);
        }

        _share = null;
        if (reply.Granted > 0 && (limit.Quota is null || reply.LapsesInMilliseconds == _counter))
        {
            _leaseUsedAt = now;
            TakeLease(limit, reply, sentAt);
        }

        // A soft quota has to count what is over it: nobody but Redis can say that it passes.
        if (reply.WaitMilliseconds != 0 && !limit.IsSoftQuota)
        {
            var wait = reply.WaitMilliseconds == LimitDecision.Never ? memory : Math.Min(memory, reply.WaitMilliseconds);
            _refusedUntil = now + Math.Min(wait, limit.FillingMilliseconds / PartOfFilling);
            _refusedUnits = need;
            _retryAt = reply.WaitMilliseconds == LimitDecision.Never ? LimitDecision.Never : now + reply.WaitMilliseconds;
        }
        else if (reply.Tokens >= _refusedUnits)
        {
            // Somebody has given back what was leased.
            _refusedUntil = now;
        }
    }

    /// <summary>Units that calls would take which are not answered yet.</summary>
    public long UnderWay { get; private set; }

    /// <summary>A call is sent that takes units from it.</summary>
    public void BeginCall(long need) => UnderWay += need;

    /// <summary>It is answered, or will not be waited for.</summary>
    public void EndCall(long need) => UnderWay -= need;

    /// <summary>The month is not over, and this request is not billed: its units come back.</summary>
    public void Refund(long units) => _refund += units;

    /// <summary>Units left, as of Redis's last word and what was spent here since; less than 0 where a soft quota is exceeded.</summary>
    public long Left(long now) => _known + Leased(now);

    /// <summary>Where it stands, as of Redis's last word and what was spent here since.</summary>
    public LimitState State(long now) => new(Math.Max(0, Left(now)), Math.Max(0, _fullAt - now));

    /// <summary>
    /// This gateway's share while Redis cannot be asked. It begins with its part of what Redis said last, less what Redis has
    /// not been told of, and less what calls may have taken that are not answered yet: an answer that is late may be a yes.
    /// </summary>
    public BucketShare Share(Limit limit, int gateways, long now) => _share ??= BucketShare.Begin(
        limit, _isKnown ? Math.Max(0, EstimateTokens(limit, now) - _debt.Units - UnderWay) : null, gateways, now, _isKnown ? _fullAt : null);

    /// <summary>Units that were spent without asking: Redis takes them from the bucket when it is back.</summary>
    public void Owe(Limit limit, long units, long now) => _debt.Add(units, limit.FillingMilliseconds, now);

    /// <summary>The lease of a generation, which may have become the older one meanwhile; one that nobody looks at where it has gone.</summary>
    private ref Lease LeaseOf(long generation)
    {
        if (_newer.Generation == generation)
        {
            return ref _newer;
        }

        if (_older.Generation == generation)
        {
            return ref _older;
        }

        _gone = default;
        return ref _gone;
    }

    // Calls that were under way together may be answered, and even reach Redis, out of turn. Of what they say the least
    // counts: what is shown is never more than there is. A call that was sent after an answer is newer than it.
    private void LearnTokens(in BucketReply reply, long sentAt, long now)
    {
        var isNewer = !_isKnown || sentAt > _answeredAt;
        if (isNewer || reply.Tokens <= _known)
        {
            _known = reply.Tokens;
            _fullAt = now + reply.FullInMilliseconds;
        }

        _knownAt = isNewer ? sentAt : Math.Max(_knownAt, sentAt);
        _answeredAt = isNewer ? now : _answeredAt;
        _isKnown = true;
    }

    private long Seed(Limit limit, long leased, long now)
    {
        if (!_isKnown)
        {
            return BucketNews.Full;
        }

        var estimate = EstimateTokens(limit, now);
        return estimate + leased >= limit.Size.Burst ? BucketNews.Full : Math.Max(0, estimate);
    }

    private long EstimateTokens(Limit limit, long now)
    {
        if (limit.Quota is not null)
        {
            return _known;
        }

        var bucket = new TokenBucket(_known, _knownAt);
        bucket.Refill(limit.Size, limit.PeriodMilliseconds, now);
        return bucket.Tokens;
    }

    /// <summary>Redis has lost the counter and has another: what was leased, owed and to come back was about the one before.</summary>
    private void LearnCounter(long counter)
    {
        if (_counter != 0 && counter != 0 && counter != _counter)
        {
            (_newer, _older, _debt, _refund) = (default, default, default, 0);
        }

        _counter = counter;
    }

    private void TakeLease(Limit limit, in BucketReply reply, long sentAt)
    {
        // A quota's lease lasts as long as the month.
        var generation = limit.Quota is null ? reply.Generation : 0;
        var validUntil = limit.Quota is null ? sentAt + reply.LapsesInMilliseconds : long.MaxValue;
        if (_newer.Generation == generation && validUntil > 0 && _newer.ValidUntil > 0)
        {
            _newer.Add(reply.Granted, validUntil);
            return;
        }

        _older = _newer;
        _newer = Lease.Of(generation, reply.Granted, validUntil);
    }
}
