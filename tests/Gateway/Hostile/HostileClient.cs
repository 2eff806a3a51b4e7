using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Hostile;

/// <summary>A client that sends any bytes at all.</summary>
internal sealed class HostileClient : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly CancellationTokenSource _deadline = new(Deadline);
    private StreamReader? _reader;

    public static async Task<HostileClient> OpenAsync(Uri address)
    {
        var connection = new HostileClient();
        await connection._client.ConnectAsync(address.Host, address.Port);
        connection._reader = new StreamReader(connection._client.GetStream(), Encoding.Latin1);
        return connection;
    }

    /// <summary>Sends one request with the headers that all have; answers the marker by which it is found at the backend.</summary>
    public async Task<string> SendAsync(
        HostileGateway gateway, string line, string headers = "", string body = "", bool withKey = true, Encoding? encoding = null)
    {
        var marker = Guid.NewGuid().ToString("N");
        await SendAsync($"{line}\r\n{gateway.CommonHeaders(marker, withKey)}{headers}\r\n{body}", encoding);
        return marker;
    }

    /// <summary>Sends just that; a character is a byte unless another encoding is given.</summary>
    public async Task SendAsync(string text, Encoding? encoding = null) =>
        await _client.GetStream().WriteAsync((encoding ?? Encoding.Latin1).GetBytes(text), _deadline.Token);

    /// <summary>The next response; null where the connection was closed instead.</summary>
    public async Task<RawResponse?> ReadAsync()
    {
        try
        {
            if (await _reader!.ReadLineAsync(_deadline.Token) is not { } statusLine)
            {
                return null;
            }

            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            while (await _reader.ReadLineAsync(_deadline.Token) is { Length: > 0 } line)
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                headers[line[..colon]] = line[(colon + 1)..].Trim();
            }

            var body = new char[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
            if (body.Length > 0)
            {
                await _reader.ReadBlockAsync(body, _deadline.Token);
            }

            return new RawResponse(int.Parse(statusLine.AsSpan(9, 3), CultureInfo.InvariantCulture), headers, new string(body));
        }
        catch (IOException)
        {
            return null; // Reset: closed all the same.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _reader?.Dispose();
        _client.Dispose();
        _deadline.Dispose();
        await ValueTask.CompletedTask;
    }
}

/// <summary>A response whose body has a length.</summary>
internal sealed record RawResponse(int Status, Dictionary<string, string> Headers, string Body)
{
    public bool IsProblem(string type) => Body.Contains($"\"urn:gateway:problem:{type}\"", StringComparison.Ordinal);
}
