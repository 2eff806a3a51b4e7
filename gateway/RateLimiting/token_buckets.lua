-- Takes a cost from all of an organization's token buckets, or from none of them.
--
-- A bucket is filled evenly with `limit` tokens per `period` milliseconds of this server's clock and holds `burst`
-- at most. It is kept as whole tokens and a fraction, counted in 1/period of a token, so that every number is a whole
-- one below 2^53 and nothing is ever rounded: over any time t no more than burst + limit * t / period gets out.
-- A bucket that is not there is full; it expires when it would have filled up.
--
-- KEYS: one a bucket.
-- ARGV: the cost, then for each bucket its limit, burst and period in milliseconds.
-- Answers {1 or 0 for allowed or not, milliseconds until a retry succeeds, then for each bucket: tokens left,
-- milliseconds until it is full}. A refusal takes nothing.

-- Redis wants a time to live that fits its clock; 30,000 years are enough.
local LONGEST_TTL = 1e15

-- Quotient and remainder of whole numbers. Not floor(a / b): that division rounds, and may round up.
local function divide(a, b)
    local remainder = math.fmod(a, b)
    return (a - remainder) / b, remainder
end

-- Not tostring: it writes large numbers as 1e+15.
local function whole(number)
    return string.format('%.0f', number)
end

local time = redis.call('TIME')
local now = time[1] * 1000 + divide(tonumber(time[2]), 1000)
local cost = tonumber(ARGV[1])

local buckets = {}
local retry_after = 0

for i, key in ipairs(KEYS) do
    local limit, burst, period = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
    local stored = redis.call('HMGET', key, 'tokens', 'fraction', 'at')
    local tokens, fraction, clock_was_set_back = burst, 0, false

    if stored[1] then
        local at = tonumber(stored[3])
        tokens, fraction = tonumber(stored[1]), tonumber(stored[2])
        clock_was_set_back = now < at

        -- Whole periods apart from the rest, so that no product leaves period * period. A clock that was set back
        -- fills nothing, and the bucket goes on from the new time.
        local periods, rest = divide(math.max(0, now - at), period)
        local per_millisecond, remainder = divide(limit, period)
        local carried, left = divide(remainder * rest + fraction, period)
        tokens = tokens + periods * limit + per_millisecond * rest + carried
        fraction = left
        if tokens >= burst then
            tokens, fraction = burst, 0
        end
    end

    if tokens < cost then
        retry_after = math.max(retry_after, math.ceil(((cost - tokens) * period - fraction) / limit))
    end

    buckets[i] = {
        limit = limit, burst = burst, period = period,
        tokens = tokens, fraction = fraction, clock_was_set_back = clock_was_set_back,
    }
end

local allowed = retry_after == 0
local answer = { allowed and 1 or 0, retry_after }

for i, bucket in ipairs(buckets) do
    if allowed then
        bucket.tokens = bucket.tokens - cost
    end

    local full_in = math.ceil(((bucket.burst - bucket.tokens) * bucket.period - bucket.fraction) / bucket.limit)

    if allowed or bucket.clock_was_set_back then
        redis.call('HSET', KEYS[i], 'tokens', whole(bucket.tokens), 'fraction', whole(bucket.fraction), 'at', whole(now))
        redis.call('PEXPIRE', KEYS[i], whole(math.max(1, math.min(full_in, LONGEST_TTL))))
    end

    answer[#answer + 1] = bucket.tokens
    answer[#answer + 1] = full_in
end

return answer
