using System.Net.Sockets;
using Gateway.LocalStack.Processes;

namespace Gateway.LocalStack.Servers;

/// <summary>A Redis of our own on 127.0.0.1 that keeps everything in memory.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private readonly string _directory;
    private readonly string[] _settings;

    private RedisServer(string directory, int port, string[] settings)
    {
        _directory = directory;
        _settings = settings;
        Port = port;
    }

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>As <c>REDIS_URL</c> takes it.</summary>
    public string Url => $"redis://127.0.0.1:{Port}";

    /// <summary>The server process; signals go there.</summary>
    public ChildProcess Process { get; private set; } = null!;

    /// <summary>Starts it and waits until it answers. Further settings are as on redis-server's command line.</summary>
    public static async Task<RedisServer> StartAsync(string directory, int port, CancellationToken cancellationToken, params string[] settings)
    {
        Directory.CreateDirectory(directory);
        var server = new RedisServer(directory, port, settings);
        await server.StartProcessAsync(cancellationToken);
        return server;
    }

    /// <summary>Starts it again after it was stopped or killed, on the same port, empty.</summary>
    public async Task StartProcessAsync(CancellationToken cancellationToken)
    {
        var options = new ChildProcessOptions(
            "Redis",
            "redis-server",
            ["--bind", "127.0.0.1", "--port", $"{Port}", "--dir", _directory, "--save", "", "--appendonly", "no", .. _settings],
            Path.Combine(_directory, "redis.log"));
        Process = await Readiness.StartAsync(options, AnswersAsync, StartDeadline, cancellationToken);
    }

    /// <summary>Stops it.</summary>
    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(System.Net.IPAddress.Loopback, Port, cancellationToken);
            await using var stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray(), cancellationToken);
            var answer = new byte[7];
            await stream.ReadExactlyAsync(answer, cancellationToken);
            return answer.AsSpan().SequenceEqual("+PONG\r\n"u8) || answer.AsSpan().SequenceEqual("-NOAUTH"u8);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }
}
