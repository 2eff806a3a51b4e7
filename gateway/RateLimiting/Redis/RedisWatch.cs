using System.Net;
using StackExchange.Redis;

namespace Gateway.RateLimiting.Redis;

/// <summary>
/// Replaces connections that have died without a word: the client waits for the kernel to notice, which takes minutes.
/// Every node is asked twice a second; after three questions without an answer the client is replaced by a fresh one.
/// </summary>
internal sealed class RedisWatch(RedisConnection connection, TimeProvider timeProvider) : BackgroundService
{
    private const int MostUnanswered = 3;

    // An unanswered question takes as long as the pause after an answered one.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<EndPoint, int> _unanswered = [];
    private IDatabase? _watched;
    private int _roundsWithoutAnybody;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var round = Task.Delay(Interval, timeProvider, stoppingToken);
            if (await NeedsReplacementAsync())
            {
                await connection.ReplaceAsync();
            }

            await round;
        }
    }

    private async Task<bool> NeedsReplacementAsync()
    {
        try
        {
            return await IsDeadAsync();
        }
        catch (Exception)
        {
            // A client that cannot even say which nodes it knows is of no use.
            return true;
        }
    }

    private async Task<bool> IsDeadAsync()
    {
        if (connection.Database is not { } database)
        {
            return true;
        }

        if (database != _watched)
        {
            _watched = database;
            _unanswered.Clear();
            _roundsWithoutAnybody = 0;
        }

        var nodes = RedisNodes.Connected(database);
        var answers = await RedisNodes.AnswerAsync(nodes, Interval);
        var isAnybodySilent = false;
        for (var index = 0; index < nodes.Count; index++)
        {
            var unanswered = answers[index] ? 0 : _unanswered.GetValueOrDefault(nodes[index].EndPoint) + 1;
            _unanswered[nodes[index].EndPoint] = unanswered;
            isAnybodySilent |= unanswered >= MostUnanswered;
        }

        // The client brings back what was closed. Where it does not get anywhere, another may.
        _roundsWithoutAnybody = nodes.Count == 0 ? _roundsWithoutAnybody + 1 : 0;
        return isAnybodySilent || _roundsWithoutAnybody >= 2 * MostUnanswered;
    }
}
