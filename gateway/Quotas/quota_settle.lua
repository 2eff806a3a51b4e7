-- Corrects a month's counter by what the ledger says: up at once, down only by what has been too much for long.
--
-- What is too much now is no error yet: what was used a moment ago is on its way to the ledger. So the ledger of now is
-- compared with the counter of the look before, and of all comparisons in that time the smallest difference counts.
--
-- KEYS: the counter, a hash.
-- ARGV: units used by the ledger, 1 if the ledger is up to date or else 0, units used at the look before (-1: unknown),
-- the time in milliseconds of Unix time, and how long in milliseconds an excess must have stood.
-- Answers {units used from now on, units that were added (negative: taken away)}.

local fields = redis.call('HMGET', KEYS[1], 'used', 'excess', 'excess_since')
local used, smallest, since = tonumber(fields[1]), tonumber(fields[2]), tonumber(fields[3])
local ledger, seen, now = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4])

if not used then
    return { 0, 0 }
end

redis.call('HDEL', KEYS[1], 'estimate')

if used < ledger then
    redis.call('HSET', KEYS[1], 'used', ARGV[1], 'seen', ARGV[1])
    redis.call('HDEL', KEYS[1], 'excess', 'excess_since')
    return { ledger, ledger - used }
end

local excess = math.min(seen, used) - ledger

if ARGV[2] ~= '1' or excess <= 0 then
    redis.call('HDEL', KEYS[1], 'excess', 'excess_since')
    return { used, 0 }
end

smallest, since = math.min(excess, smallest or excess), since or now

if now - since < tonumber(ARGV[5]) then
    redis.call('HSET', KEYS[1], 'excess', string.format('%.0f', smallest), 'excess_since', string.format('%.0f', since))
    return { used, 0 }
end

redis.call('HINCRBY', KEYS[1], 'used', string.format('%.0f', -smallest))
redis.call('HINCRBY', KEYS[1], 'seen', string.format('%.0f', -smallest))
redis.call('HDEL', KEYS[1], 'excess', 'excess_since')
return { used - smallest, -smallest }
