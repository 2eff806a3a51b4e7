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
internal sealed class LocalBucket(string key)
{
    // A refusal is remembered for no more than this part of the time in which the empty bucket fills up, so that
    // nothing overflows meanwhile.
    private const long PartOfFilling = 8;

    private Lease _newer;
    private Lease _older;
    private RecentRate _rate;
    private BucketShare? _share;
    private long _owed;
    private long _refund;
    private long _underWay;

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

    /// <summary>Whether Redis should hear of it although no request asks.</summary>
    public bool HasNews => _owed > 0 || _refund > 0 || _newer.Left > 0 || _older.Left > 0;

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
    public void SpendLeased(long units)
    {
        units -= _older.Spend(units);
        _newer.Spend(units);
    }

    /// <summary>They were not spent after all.</summary>
    public void UnspendLeased(long units)
    {
        units -= _newer.Unspend(units);
        _older.Unspend(units);
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
        var owed = _owed;
        _owed = 0;
        if (limit.Quota is not null)
        {
            // A quota counts a lease as used already; only what comes back matters.
            newer = new LeaseNews(0, 0, newer.Back + older.Back + _refund);
            _refund = 0;
            return new BucketNews(BucketNews.Full, owed, newer, default);
        }

        return new BucketNews(Seed(limit, leased, now), owed, newer, older);
    }

    /// <summary>Redis has not heard it. What was given back is lost, which errs on the safe side; a debt stays one.</summary>
    public void Untell(in BucketNews news) => _owed += news.Owed;

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
        _share = null;
        if (reply.Granted > 0)
        {
            TakeLease(limit, reply, sentAt);
        }

        // What a soft quota lets through must be counted, so it is asked again.
        if (reply.WaitMilliseconds != 0 && !limit.IsSoftQuota)
        {
            var filling = limit.Quota is null ? limit.Size.Burst / (double)limit.Size.Limit * limit.PeriodMilliseconds / PartOfFilling : memory;
            var wait = reply.WaitMilliseconds == LimitDecision.Never ? memory : Math.Min(memory, reply.WaitMilliseconds);
            _refusedUntil = now + (long)Math.Min(wait, filling);
            _refusedUnits = need;
            _retryAt = reply.WaitMilliseconds == LimitDecision.Never ? LimitDecision.Never : now + reply.WaitMilliseconds;
        }
    }

    /// <summary>A call is sent that takes units from it.</summary>
    public void BeginCall(long need) => _underWay += need;

    /// <summary>It is answered, or will not be waited for.</summary>
    public void EndCall(long need) => _underWay -= need;

    /// <summary>The month is not over, and this request is not billed: its units come back.</summary>
    public void Refund(long units) => _refund += units;

    /// <summary>Where it stands, as of Redis's last word and what was spent here since.</summary>
    public LimitState State(long now) => new(Math.Max(0, _known + Leased(now)), Math.Max(0, _fullAt - now));

    /// <summary>
    /// This gateway's share while Redis cannot be asked. It begins with its part of what Redis said last, less what Redis has
    /// not been told of, and less what calls may have taken that are not answered yet: an answer that is late may be a yes.
    /// </summary>
    public BucketShare Share(Limit limit, int gateways, long now) => _share ??= BucketShare.Begin(
        limit, _isKnown ? Math.Max(0, EstimateTokens(limit, now) - _owed - _underWay) : null, gateways, now, _isKnown ? _fullAt : null);

    /// <summary>Units that were spent without asking: Redis takes them from the bucket when it is back.</summary>
    public void Owe(long units) => _owed += units;

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
