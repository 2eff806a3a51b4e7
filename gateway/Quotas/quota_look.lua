-- Begins to compare a month's counter with the ledger, which is read between this and quota_settle.lua.
-- One gateway does it at a time: whoever looks first keeps the others away for a while. A counter that was begun with an
-- estimate is for everybody, because it cannot wait.
--
-- KEYS: the counter, a hash.
-- ARGV: the time in milliseconds of Unix time, and for how many milliseconds others are kept away.
-- Answers {0} where there is no counter, {1} where it is another's turn, else {2, units used, units used at the look before,
-- time of the look before, since when the counter has not grown}. Unknown is -1.

local fields = redis.call('HMGET', KEYS[1], 'used', 'seen', 'looked_at', 'grown_at', 'estimate')
local used, seen, looked_at, grown_at = tonumber(fields[1]), tonumber(fields[2]), tonumber(fields[3]), fields[4]
local now = tonumber(ARGV[1])

if not used then
    return { 0 }
end

if looked_at and math.abs(now - looked_at) < tonumber(ARGV[2]) and not fields[5] then
    return { 1 }
end

-- It has grown some time after the look before. Without one it may just have grown.
if not seen or not looked_at then
    grown_at = ARGV[1]
elseif used > seen or not grown_at then
    grown_at = fields[3]
end

redis.call('HSET', KEYS[1], 'seen', fields[1], 'looked_at', ARGV[1], 'grown_at', grown_at)
return { 2, used, seen or -1, looked_at or -1, tonumber(grown_at) }
