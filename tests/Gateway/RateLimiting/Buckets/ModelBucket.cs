using Gateway.RateLimiting;
using Gateway.RateLimiting.Buckets;
using Gateway.RateLimiting.Limits;

namespace Gateway.Tests.RateLimiting.Buckets;

/// <summary>
/// What <c>buckets.lua</c> promises of one token bucket, written down a second time and in another way: a level in 1/period of
/// a unit, in integers that cannot overflow, and leases one by one instead of sums of generations.
/// </summary>
internal sealed class ModelBucket(long period)
{
    private const long LeasePeriod = 1000;
    private const long LongestTime = 1_000_000_000_000_000;

    private Dictionary<long, long> _leased = [];
    private bool _isThere;
    private BucketSize _size;
    private long _version;
    private Int128 _level;
    private long _at;
    private long _generation;
    private long _since;

    /// <summary>Units that it holds by the newest terms.</summary>
    public long Burst => _size.Burst;

    private long Tokens => (long)(_level / period);

    private long Leased => _leased.GetValueOrDefault(_generation) + _leased.GetValueOrDefault(_generation - 1);

    private long Room => Math.Max(0, _size.Burst - Leased);

    /// <summary>What the script does with one bucket that refuses.</summary>
    public (bool IsAllowed, BucketReply Reply) Call(
        BucketSize terms, long termsVersion, int gateways, long need, long wish, in BucketNews news, long moment)
    {
        var before = (_size, _version, _level, _at, _generation, _since, Leased: new Dictionary<long, long>(_leased));
        var isSetBack = _isThere && moment < _at;
        if (!_isThere)
        {
            (_size, _version, _level) = (terms, termsVersion, (Int128)terms.Burst * period);
            _at = _generation = _since = moment;
        }

        var (newTerms, oldTerms) = (termsVersion > _version, termsVersion < _version);
        if (!newTerms && !oldTerms)
        {
            _size = terms;
        }

        Advance(moment);
        if (newTerms)
        {
            var tokens = Max(0, Tokens + terms.Burst - _size.Burst);
            (_size, _version) = (terms, termsVersion);
            _level = (_level % period) + (Min(Room, tokens) * period);
        }

        Settle(news.Newer.Generation, news.Newer.Spent, news.Newer.Back);
        Settle(news.Older.Generation, news.Older.Spent, news.Older.Back);
        if (news.Owed > 0)
        {
            _level = Tokens <= news.Owed ? _level % period : _level - ((Int128)news.Owed * period);
        }

        var wait = Wait(need, moment);
        var granted = wait != 0 || wish == 0 ? 0 : Math.Min(wish, (Tokens - need) / (2 * gateways));
        if (wait == 0)
        {
            _level -= (Int128)(need + granted) * period;
        }

        if (granted > 0)
        {
            if (Leased == 0)
            {
                _generation++;
                _since = moment;
            }

            _leased[_generation] = _leased.GetValueOrDefault(_generation) + granted;
        }

        var fullIn = Math.Min(LongestTime, DivideUp(Max(0, ((Int128)_size.Burst * period) - _level), _size.Limit));
        var reply = new BucketReply(Tokens, fullIn, wait, granted, _generation, Math.Max(0, _since + (2 * LeasePeriod) - moment));
        if ((wait == 0 && need > 0) || granted > 0 || news != BucketNews.None || newTerms || isSetBack)
        {
            _isThere = true;
        }
        else
        {
            // A refusal leaves no trace but for new terms.
            (_size, _version, _level, _at, _generation, _since, _leased) = before;
        }

        return (wait == 0, reply);
    }

    private void Advance(long moment)
    {
        if (moment < _at)
        {
            _at = moment;
        }

        _since = Math.Min(_since, moment);
        while (Leased > 0 && _since + LeasePeriod <= moment)
        {
            _since += LeasePeriod;
            Fill(_since);
            _generation++;
        }

        Fill(moment);
    }

    private void Fill(long moment)
    {
        _level = Min((Int128)Room * period, _level + ((Int128)_size.Limit * (moment - _at)));
        _at = moment;
    }

    private void Settle(long generation, long spent, long back)
    {
        if (generation != _generation && generation != _generation - 1)
        {
            return;
        }

        var counted = Math.Min(_leased.GetValueOrDefault(generation), spent + back);
        _leased[generation] = _leased.GetValueOrDefault(generation) - counted;
        _level = (_level % period) + ((Int128)Math.Min(Room, Tokens + Math.Min(back, counted)) * period);
    }

    private long Wait(long need, long moment)
    {
        if (Tokens >= need)
        {
            return 0;
        }

        if (need > _size.Burst)
        {
            return LimitDecision.Never;
        }

        var wait = DivideUp(((Int128)need * period) - _level, _size.Limit);
        return need <= Room
            ? wait
            : Math.Max(wait, _since + (2 * LeasePeriod) - moment + DivideUp((Int128)(need - Room) * period, _size.Limit));
    }

    private static long DivideUp(Int128 dividend, long divisor) => (long)Min(long.MaxValue, (dividend + divisor - 1) / divisor);

    private static Int128 Max(Int128 one, Int128 other) => Int128.Max(one, other);

    private static Int128 Min(Int128 one, Int128 other) => Int128.Min(one, other);
}
