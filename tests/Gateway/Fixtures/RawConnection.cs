using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Fixtures;

/// <summary>A TCP connection on which a test says what it likes; one byte is one character.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TcpClient _client;
    private readonly StringBuilder _received = new();
    private byte[] _buffer = [];

    private RawConnection(TcpClient client) => _client = client;

    /// <summary>What has been read so far.</summary>
    public string Received => _received.ToString();

    public Socket Socket => _client.Client;

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(address.Host, address.Port);
        return new RawConnection(client);
    }

    public Task SendAsync(string text) => _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    /// <summary>Reads until the text has come; answers everything that was read.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        while (!Received.Contains(text, StringComparison.Ordinal))
        {
            Assert.True(await ReadAsync(), $"closed before \"{text}\": {Received}");
        }

        return Received;
    }

    /// <summary>Reads until the other side closes or resets; answers everything that was read.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReadAsync())
        {
        }

        return Received;
    }

    /// <summary>Reads until that many answers have begun and the last one's headers are complete.</summary>
    public async Task ReadAnswersAsync(int count)
    {
        while (Received.Split("HTTP/1.1 ").Length <= count || !Received.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            Assert.True(await ReadAsync(), $"closed after: {Received}");
        }
    }

    /// <summary>Sends a whole request that ends the connection; answers the whole response.</summary>
    public static async Task<string> ExchangeAsync(Uri address, string request)
    {
        await using var connection = await OpenAsync(address);
        try
        {
            await connection.SendAsync(request);
        }
        catch (IOException)
        {
            // Closed before all was sent. What has been said before can be read all the same.
        }

        return await connection.ReadToEndAsync();
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> ReadAsync()
    {
        try
        {
            if (_buffer.Length == 0)
            {
                _buffer = new byte[65_536];
            }

            var count = await _client.GetStream().ReadAsync(_buffer).AsTask().WaitAsync(Deadline);
            _received.Append(Encoding.Latin1.GetString(_buffer, 0, count));
            return count > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
