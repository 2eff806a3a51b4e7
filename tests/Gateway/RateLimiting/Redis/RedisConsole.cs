using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.RateLimiting.Redis;

/// <summary>Tells a Redis server what to do, over a connection of its own.</summary>
internal static class RedisConsole
{
    /// <summary>Sends a command and fails unless the server obeys; answers the first line of its answer.</summary>
    public static async Task<string> TellAsync(int port, string command)
    {
        var answer = await AskAsync(port, command);
        return answer.StartsWith('-') ? throw new InvalidOperationException($"{command}: {answer}") : answer;
    }

    /// <summary>Sends a command and does not wait for the answer.</summary>
    public static async Task<IDisposable> SendAsync(int port, string command)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\n"));
        return client;
    }

    /// <summary>A text of several lines, such as INFO or CLIENT LIST answers.</summary>
    public static async Task<string> ReadAsync(int port, string command)
    {
        using var client = (TcpClient)await SendAsync(port, command);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        var length = int.Parse((await reader.ReadLineAsync())![1..]);
        var text = new char[length];
        await reader.ReadBlockAsync(text);
        return new string(text);
    }

    private static async Task<string> AskAsync(int port, string command)
    {
        using var client = (TcpClient)await SendAsync(port, command);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        return await reader.ReadLineAsync() ?? throw new IOException($"{command}: the server has hung up");
    }
}
