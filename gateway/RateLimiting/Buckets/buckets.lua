-- Takes a cost from all of a request's buckets, or from none of them, and leases a gateway more of it ahead of time.
--
-- A token bucket is filled evenly with `limit` tokens per `period` milliseconds of this server's clock and holds `burst`
-- at most. It is kept as whole tokens and a fraction, counted in 1/period of a token, so that every number that decides is
-- a whole one below 2^53 and never rounded; only how long the largest buckets take to fill is. A bucket that is not there
-- is full; it expires when it would have filled up, be all that is leased spent only when it lapses.
--
-- A gateway may lease tokens and spend them by itself. Leased tokens are out of the bucket, and until they are spent,
-- given back or lapsed they take up room in it. So over any time t no more than burst + limit * t / period gets out,
-- however many gateways spend: what is in the bucket and what is leased never exceed burst together.
-- Leases are counted by generations of LEASE_PERIOD: one is over at the end of the generation after its own.
--
-- What has been used stays used when a limit changes: a larger burst adds the difference, a smaller one takes it, never
-- below zero, and nothing is added where leases take up the room. Gateways learn of a change at different moments; the
-- newest version of the terms counts for all.
--
-- A quota is a counter of the units used in a month. It leases too, but leases do not lapse: what a dead gateway had
-- leased counts as used until the counter is compared with the ledger. A counter that was lost begins anew from the ledger,
-- which knows what was spent before: news of the counter before it are not for this one.
--
-- KEYS: one a bucket.
-- ARGV: how many gateways share the buckets, then for each bucket:
--   its terms  "limit,burst,period,version,refuses" or, for a quota, "quota,end of the month in ms,refuses"; a bucket
--              with refuses = 0 only counts;
--   its need   tokens that the request takes from it now, 0 where the gateway has leased them already;
--   its wish   tokens that the gateway would like to lease besides;
--   its news   "" or "seed,owed,generation,spent,back,generation,spent,back": tokens to begin with if the bucket has
--              vanished (-1 for a full one), tokens spent without asking, and what has become of earlier leases; of a
--              quota, the first generation is the counter that all of it is about, 0 where the gateway knows of none.
-- Answers {1 or 0 for allowed or not, then for each bucket: tokens left, milliseconds until it is full (of a quota: until
-- the month ends), milliseconds until there is enough (0: there is, -1: there never will be), tokens leased, the
-- generation of the lease (of a quota: units used), milliseconds until the lease lapses (of a quota: which counter it is,
-- by when it began, 0 for one that began with an estimate)}, or {-1} where a quota's counter
-- is missing: nothing has happened then. A refusal takes nothing.

local LEASE_PERIOD = 1000

-- How long a quota's counter outlives its month, for late corrections.
local QUOTA_KEPT = 8 * 24 * 60 * 60 * 1000

-- Redis wants times that fit its integers and its clock; 30,000 years are enough.
local LONGEST_TIME = 1e15

-- Quotient and remainder of whole numbers. Not floor(a / b): that division rounds, and may round up.
local function divide(a, b)
    local remainder = math.fmod(a, b)
    return (a - remainder) / b, remainder
end

local function divide_up(a, b)
    local quotient, remainder = divide(a, b)
    return remainder > 0 and quotient + 1 or quotient
end

-- Not tostring: it writes large numbers as 1e+15.
local function whole(number)
    return string.format('%.0f', number)
end

local time = redis.call('TIME')
local now = time[1] * 1000 + divide(tonumber(time[2]), 1000)
local gateways = tonumber(ARGV[1])

-- What may be in the bucket beside what is leased.
local function room(bucket)
    return math.max(0, bucket.burst - bucket.leased - bucket.leased_before)
end

-- Lets in what flows until that moment. Whole periods apart from the rest, so that no product leaves period * period.
-- A clock that was set back fills nothing, and the bucket goes on from the new time.
local function refill(bucket, moment)
    local periods, rest = divide(math.max(0, moment - bucket.at), bucket.period)
    local per_millisecond, remainder = divide(bucket.limit, bucket.period)
    local carried, left = divide(remainder * rest + bucket.fraction, bucket.period)
    bucket.tokens = bucket.tokens + periods * bucket.limit + per_millisecond * rest + carried
    bucket.fraction = left
    bucket.at = moment
    if bucket.tokens >= room(bucket) then
        bucket.tokens, bucket.fraction = room(bucket), 0
    end
end

-- The bucket as it is now. A lease takes up its room until the moment it is over, not until somebody looks.
local function advance(bucket)
    if bucket.since > now then
        bucket.since = now
    end
    for _ = 1, 2 do
        if bucket.leased + bucket.leased_before > 0 and bucket.since + LEASE_PERIOD <= now then
            bucket.since = bucket.since + LEASE_PERIOD
            refill(bucket, bucket.since)
            bucket.generation = bucket.generation + 1
            bucket.leased_before, bucket.leased = bucket.leased, 0
        end
    end
    refill(bucket, now)
end

-- A lease that was spent takes up no more room, one that comes back is in the bucket again; one that has lapsed does neither.
local function settle(bucket, generation, spent, back)
    local field
    if generation == bucket.generation then
        field = 'leased'
    elseif generation == bucket.generation - 1 then
        field = 'leased_before'
    else
        return
    end
    local counted = math.min(bucket[field], spent + back)
    bucket[field] = bucket[field] - counted
    bucket.tokens = math.min(room(bucket), bucket.tokens + math.min(back, counted))
end

local function read_news(news)
    if news == '' then
        return nil
    end
    local numbers = {}
    for number in string.gmatch(news, '-?%d+') do
        numbers[#numbers + 1] = tonumber(number)
    end
    return numbers
end

local function read_bucket(key, terms, news)
    local limit, burst, period, version, refuses = string.match(terms, '^(%d+),(%d+),(%d+),(%d+),(%d)$')
    local bucket = {
        key = key, limit = tonumber(limit), burst = tonumber(burst), period = tonumber(period),
        version = tonumber(version), refuses = refuses == '1',
        fraction = 0, at = now, leased = 0, leased_before = 0, generation = now, since = now,
    }
    bucket.tokens = bucket.burst

    local stored = redis.call('HMGET', key,
        'tokens', 'fraction', 'at', 'limit', 'burst', 'version', 'leased', 'leased_before', 'generation', 'since')
    if stored[1] then
        local new_limit, new_burst, new_version = bucket.limit, bucket.burst, bucket.version
        bucket.tokens, bucket.fraction, bucket.at = tonumber(stored[1]), tonumber(stored[2]), tonumber(stored[3])
        bucket.leased, bucket.leased_before = tonumber(stored[7]), tonumber(stored[8])
        bucket.generation, bucket.since = tonumber(stored[9]), tonumber(stored[10])
        bucket.clock_was_set_back = now < bucket.at
        local stored_version = tonumber(stored[6])
        if stored_version ~= new_version then
            bucket.limit, bucket.burst, bucket.version = tonumber(stored[4]), tonumber(stored[5]), stored_version
        end
        advance(bucket)
        if stored_version < new_version then
            local tokens = math.max(0, bucket.tokens + new_burst - bucket.burst)
            bucket.limit, bucket.burst, bucket.version = new_limit, new_burst, new_version
            bucket.tokens = math.min(room(bucket), tokens)
            bucket.has_new_terms = true
        end
    elseif news and news[1] >= 0 then
        bucket.tokens = math.min(bucket.burst, news[1])
    end

    if news then
        settle(bucket, news[3], news[4], news[5])
        settle(bucket, news[6], news[7], news[8])
        bucket.tokens = math.max(0, bucket.tokens - news[2])
    end
    return bucket
end

local function read_quota(key, terms, news)
    local quota, ends, refuses = string.match(terms, '^(%d+),(%d+),(%d)$')
    local stored = redis.call('HMGET', key, 'used', 'began')
    local used, began = stored[1], tonumber(stored[2] or 0)
    local bucket = {
        key = key, is_quota = true, quota = tonumber(quota), ends = tonumber(ends), refuses = refuses == '1',
        is_missing = not used, used = tonumber(used or 0), began = began,
    }
    if news and (news[3] == began or news[3] == 0 or began == 0) then
        bucket.used = math.max(0, bucket.used + news[2] - news[5] - news[8])
    end
    bucket.tokens = bucket.quota - bucket.used
    return bucket
end

-- Until there is enough. Where leases leave too little room, that is at the latest when all of them have lapsed.
local function wait_for(bucket, need)
    if bucket.tokens >= need then
        return 0
    elseif bucket.is_quota then
        return need > bucket.quota and -1 or math.max(1, bucket.ends - now)
    elseif need > bucket.burst then
        return -1
    end
    local wait = divide_up((need - bucket.tokens) * bucket.period - bucket.fraction, bucket.limit)
    if need > room(bucket) then
        local lapse = bucket.since + 2 * LEASE_PERIOD - now
        wait = math.max(wait, lapse + divide_up((need - room(bucket)) * bucket.period, bucket.limit))
    end
    return wait
end

local function full_in(bucket)
    if bucket.is_quota then
        return math.max(0, bucket.ends - now)
    end
    local missing = math.max(0, (bucket.burst - bucket.tokens) * bucket.period - bucket.fraction)
    return math.min(LONGEST_TIME, (divide_up(missing, bucket.limit)))
end

local function write(bucket)
    if bucket.is_quota then
        redis.call('HSET', bucket.key, 'used', whole(bucket.used))
        redis.call('PEXPIREAT', bucket.key, whole(bucket.ends + QUOTA_KEPT))
        return
    end
    redis.call('HSET', bucket.key,
        'tokens', whole(bucket.tokens), 'fraction', whole(bucket.fraction), 'at', whole(bucket.at),
        'limit', whole(bucket.limit), 'burst', whole(bucket.burst), 'version', whole(bucket.version),
        'leased', whole(bucket.leased), 'leased_before', whole(bucket.leased_before),
        'generation', whole(bucket.generation), 'since', whole(bucket.since))
    redis.call('PEXPIRE', bucket.key, whole(math.max(1, math.min(LONGEST_TIME, (wait_for(bucket, bucket.burst))))))
end

local buckets = {}
local allowed = true

-- A gateway gets no more than its part of half of what is left, and equally much from all: it needs them together.
local share = math.huge

for i, key in ipairs(KEYS) do
    local terms, need, wish = ARGV[4 * i - 2], tonumber(ARGV[4 * i - 1]), tonumber(ARGV[4 * i])
    local news = read_news(ARGV[4 * i + 1])
    local bucket
    if string.find(terms, '^%d+,%d+,%d$') then
        bucket = read_quota(key, terms, news)
        if bucket.is_missing then
            return { -1 }
        end
    else
        bucket = read_bucket(key, terms, news)
    end
    bucket.need, bucket.wish, bucket.has_news = need, wish, news ~= nil
    bucket.wait = wait_for(bucket, need)
    bucket.granted, bucket.share = 0, math.max(0, (divide(math.max(0, bucket.tokens - need), 2 * gateways)))
    if bucket.refuses then
        allowed = allowed and bucket.wait == 0
        if wish > 0 then
            share = math.min(share, bucket.share)
        end
    end
    buckets[i] = bucket
end

local answer = { allowed and 1 or 0 }

for _, bucket in ipairs(buckets) do
    -- A quota that does not refuse goes on counting; a bucket in shadow takes what it has.
    local is_soft_quota = bucket.is_quota and not bucket.refuses
    local is_taken = allowed and (bucket.wait == 0 or is_soft_quota) and bucket.need > 0
    if is_taken then
        bucket.tokens = bucket.tokens - bucket.need
    end

    if allowed and bucket.wish > 0 then
        -- A soft quota that is used up has no end any more.
        local is_endless = is_soft_quota and bucket.tokens <= 0
        bucket.granted = math.min(bucket.wish, bucket.refuses and share or is_endless and bucket.wish or bucket.share)
        bucket.tokens = bucket.tokens - bucket.granted
    end
    if bucket.is_quota then
        bucket.used = bucket.quota - bucket.tokens
    elseif bucket.granted > 0 then
        if bucket.leased + bucket.leased_before == 0 then
            bucket.generation, bucket.since = bucket.generation + 1, now
        end
        bucket.leased = bucket.leased + bucket.granted
    end

    if is_taken or bucket.granted > 0 or bucket.has_news or bucket.has_new_terms or bucket.clock_was_set_back then
        write(bucket)
    end

    answer[#answer + 1] = bucket.tokens
    answer[#answer + 1] = full_in(bucket)
    answer[#answer + 1] = bucket.wait
    answer[#answer + 1] = bucket.granted
    answer[#answer + 1] = bucket.is_quota and bucket.used or bucket.generation
    answer[#answer + 1] = bucket.is_quota and bucket.began or math.max(0, bucket.since + 2 * LEASE_PERIOD - now)
end

return answer
