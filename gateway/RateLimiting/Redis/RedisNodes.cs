using StackExchange.Redis;

namespace Gateway.RateLimiting.Redis;

/// <summary>The servers behind one connection: one, a primary with its replicas, or the nodes of a Redis Cluster.</summary>
internal static class RedisNodes
{
    /// <summary>Those that the client is connected to, as far as it knows.</summary>
    public static List<IServer> Connected(IDatabase database)
    {
        var multiplexer = database.Multiplexer;
        var nodes = new List<IServer>();
        foreach (var endPoint in multiplexer.GetEndPoints())
        {
            var node = multiplexer.GetServer(endPoint);
            if (node.IsConnected)
            {
                nodes.Add(node);
            }
        }

        return nodes;
    }

    /// <summary>For each node, whether it has said anything in time. To refuse, or to hang up, is to say something.</summary>
    public static Task<bool[]> AnswerAsync(IReadOnlyList<IServer> nodes, TimeSpan timeout) =>
        Task.WhenAll(nodes.Select(node => AnswersAsync(node, timeout)));

    private static async Task<bool> AnswersAsync(IServer node, TimeSpan timeout)
    {
        try
        {
            await node.PingAsync().WaitAsync(timeout);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (Exception)
        {
            return true;
        }
    }
}
