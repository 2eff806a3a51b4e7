using Gateway.RateLimiting.Leases;
using Gateway.RateLimiting.Limits;
using StackExchange.Redis;

namespace Gateway.RateLimiting.Buckets;

/// <summary>One call of <c>buckets.lua</c>, and what this gateway has to do once it is answered, or not.</summary>
/// <param name="limits">Whose buckets it is about.</param>
/// <param name="units">What the request costs; 0 where no request asks.</param>
/// <param name="sentAt">When it is sent.</param>
internal sealed class BucketCall(RequestLimits limits, long units, long sentAt)
{
    private const int ArgumentsPerBucket = 4;

    private readonly long[] _needs = new long[limits.Limits.Length];
    private readonly long[] _wishes = new long[limits.Limits.Length];
    private readonly BucketNews[] _news = new BucketNews[limits.Limits.Length];
    private readonly Reservation[] _reserved = new Reservation[limits.Limits.Length];

    public RequestLimits Limits { get; } = limits;

    public long Units { get; } = units;

    public long SentAt { get; } = sentAt;

    /// <summary>Whether it asks for leases, or only for Redis's newest word: an organization has one such call under way at most.</summary>
    public bool Leases { get; init; }

    /// <summary>What to ask of one bucket.</summary>
    public void Ask(int index, long need, long wish, in BucketNews news)
    {
        _needs[index] = need;
        _wishes[index] = wish;
        _news[index] = news;
        Limits.Limits[index].Bucket.BeginCall(need);
    }

    /// <summary>The request takes what is leased of that bucket already, if Redis lets it pass.</summary>
    public void Reserve(int index) => _reserved[index] = Limits.Limits[index].Bucket.Reserve(Units);

    /// <summary>ARGV of the script.</summary>
    public RedisValue[] Arguments(int gateways)
    {
        var arguments = new RedisValue[1 + (ArgumentsPerBucket * _needs.Length)];
        arguments[0] = gateways;
        for (var index = 0; index < _needs.Length; index++)
        {
            var first = 1 + (ArgumentsPerBucket * index);
            arguments[first] = Limits.Limits[index].Terms;
            arguments[first + 1] = _needs[index];
            arguments[first + 2] = _wishes[index];
            arguments[first + 3] = _news[index].ToRedis();
        }

        return arguments;
    }

    /// <summary>Redis has decided.</summary>
    /// <param name="answer">Its answer, for which a quota's counter was there.</param>
    /// <param name="now">The time.</param>
    /// <param name="memory">For how many milliseconds a refusal is remembered at most.</param>
    public LimitDecision Apply(RedisValue[] answer, long now, long memory)
    {
        var isAllowed = (long)answer[0] == 1;
        var decision = LimitDecision.Of(Limits, Units, DecidedBy.Redis);
        for (var index = 0; index < _needs.Length; index++)
        {
            var limit = Limits.Limits[index];
            var reply = BucketReply.Read(answer, index);
            limit.Bucket.EndCall(_needs[index]);
            limit.Bucket.Learn(limit, reply, _needs[index], SentAt, now, memory);
            if (reply.WaitMilliseconds != 0)
            {
                decision.Refuse(index, reply.WaitMilliseconds);
            }

            if (isAllowed)
            {
                limit.Bucket.Confirm(_reserved[index], now);
                limit.Bucket.CountSpent(Units, now);
            }
            else
            {
                limit.Bucket.Release(_reserved[index], now);
            }

            decision.States[index] = limit.Bucket.State(now);
        }

        return decision;
    }

    /// <summary>Redis has decided nothing.</summary>
    public void Abandon(long now)
    {
        for (var index = 0; index < _needs.Length; index++)
        {
            var bucket = Limits.Limits[index].Bucket;
            bucket.Release(_reserved[index], now);
            bucket.EndCall(_needs[index]);
            bucket.Untell(Limits.Limits[index], _news[index], now);
        }
    }
}
