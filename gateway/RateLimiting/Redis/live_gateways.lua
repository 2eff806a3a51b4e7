-- Keeps the set of gateways that are alive, by this server's clock: who has said so within `silence` milliseconds.
--
-- KEYS: the sorted set, gateways by the millisecond in which they were heard of last.
-- ARGV: the gateway that calls, the silence in milliseconds, and `alive` or `leaving`.
-- Answers {how many are alive, 1 or 0 for whether this one was known before}.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local silence = tonumber(ARGV[2])
local was_known = redis.call('ZSCORE', KEYS[1], ARGV[1]) and 1 or 0

-- Who is heard of in the future was heard of before the clock was set back: from now on they have the usual time.
for _, gateway in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now), '+inf')) do
    redis.call('ZADD', KEYS[1], string.format('%.0f', now), gateway)
end

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - silence))

if ARGV[3] == 'leaving' then
    redis.call('ZREM', KEYS[1], ARGV[1])
else
    redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
    redis.call('PEXPIRE', KEYS[1], string.format('%.0f', 2 * silence))
end

return { redis.call('ZCARD', KEYS[1]), was_known }
