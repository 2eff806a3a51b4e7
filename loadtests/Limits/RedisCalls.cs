using System.Globalization;
using StackExchange.Redis;

namespace Gateway.LoadTests.Limits;

/// <summary>Counts the script calls that a Redis has answered to anybody since it started.</summary>
internal sealed class RedisCalls : IAsyncDisposable
{
    private static readonly string[] Counted = ["cmdstat_eval:calls=", "cmdstat_evalsha:calls="];

    private readonly ConnectionMultiplexer _redis;

    private RedisCalls(ConnectionMultiplexer redis) => _redis = redis;

    /// <param name="url"><c>redis://[[user:]password@]host[:port]</c>.</param>
    /// <exception cref="RedisConnectionException">It does not answer.</exception>
    public static async Task<RedisCalls> ConnectAsync(Uri url)
    {
        var options = new ConfigurationOptions
        {
            ClientName = "loadtests",

            // The client takes INFO for a command of administrators.
            AllowAdmin = true,
            Ssl = url.Scheme == "rediss",
            Password = url.UserInfo.Length == 0 ? null : Uri.UnescapeDataString(url.UserInfo[(url.UserInfo.IndexOf(':', StringComparison.Ordinal) + 1)..]),
        };
        options.EndPoints.Add(url.DnsSafeHost, url.Port > 0 ? url.Port : 6379);
        return new RedisCalls(await ConnectionMultiplexer.ConnectAsync(options));
    }

    public async Task<long> ReadAsync()
    {
        var statistics = await _redis.GetServer(_redis.GetEndPoints()[0]).InfoRawAsync("commandstats") ?? string.Empty;
        var calls = 0L;
        foreach (var line in statistics.Split('\n'))
        {
            foreach (var prefix in Counted)
            {
                if (line.StartsWith(prefix, StringComparison.Ordinal))
                {
                    calls += long.Parse(line.AsSpan(prefix.Length, line.IndexOf(',', StringComparison.Ordinal) - prefix.Length), CultureInfo.InvariantCulture);
                }
            }
        }

        return calls;
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.CloseAsync();
        _redis.Dispose();
    }
}
