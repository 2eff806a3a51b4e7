-- Gives a month's counter a beginning. What is there already is never lowered, and two gateways that do this at once do
-- not add up.
--
-- KEYS: the counter, a hash.
-- ARGV: units used, 1 if they are an estimate or else 0, and when the counter expires in seconds of Unix time.
-- Answers the units used from now on.

local used = redis.call('HGET', KEYS[1], 'used')

if not used then
    redis.call('HSET', KEYS[1], 'used', ARGV[1])
    if ARGV[2] == '1' then
        redis.call('HSET', KEYS[1], 'estimate', 1)
    else
        -- What was spent before is in it, or on its way to the ledger: buckets.lua adds it no second time.
        local time = redis.call('TIME')
        redis.call('HSET', KEYS[1], 'began', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
    end
    used = ARGV[1]
elseif tonumber(ARGV[1]) > tonumber(used) then
    redis.call('HSET', KEYS[1], 'used', ARGV[1])
    used = ARGV[1]
end

redis.call('EXPIREAT', KEYS[1], ARGV[3])
return tonumber(used)
