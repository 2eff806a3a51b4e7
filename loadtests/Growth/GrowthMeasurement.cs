namespace Gateway.LoadTests.Growth;

/// <summary>What a point has cost in one round.</summary>
/// <param name="Point">Which one.</param>
/// <param name="Round">From 1.</param>
/// <param name="Requests">Answered with 200, all of them.</param>
/// <param name="Microseconds">CPU of the gateway's process per request.</param>
/// <param name="RedisCallsPerRequest">Script calls, with the gateway's heartbeats.</param>
/// <param name="RedisMicroseconds">CPU of Redis per request.</param>
/// <param name="OwnBytes">Memory that the gateway has for itself (RssAnon): the journal's map is not in it.</param>
/// <param name="MedianMilliseconds">Half of the answers came within this time after their request was due.</param>
/// <param name="StartSeconds">Until the gateway was ready.</param>
/// <param name="Load">Load average of the machine.</param>
internal sealed record GrowthMeasurement(
    GrowthPoint Point,
    int Round,
    long Requests,
    double Microseconds,
    double RedisCallsPerRequest,
    double RedisMicroseconds,
    long OwnBytes,
    double MedianMilliseconds,
    double StartSeconds,
    double Load);
