using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Chaos.Load;

/// <summary>
/// A connection of a client that never sends anything twice. HttpClient would: it sends a request again, unasked, when a
/// connection that it kept turns out to be closed. And it would not say how far an answer had come.
/// </summary>
internal sealed partial class ClientConnection : IDisposable
{
    private const int BufferBytes = 32 * 1024;
    private const int LongestLine = 16 * 1024;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;

    private ClientConnection(Socket socket) => _socket = socket;

    /// <summary>Whether the next request can be sent on it.</summary>
    public bool CanBeUsedAgain { get; private set; }

    public static async Task<ClientConnection> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return new ClientConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends it and reads the answer; what is known of it is written down as it comes.</summary>
    /// <exception cref="SocketException">The connection is gone.</exception>
    /// <exception cref="IOException">It was closed.</exception>
    public async Task ExchangeAsync(SentRequest request, string key, CancellationToken cancellationToken)
    {
        CanBeUsedAgain = false;
        var plan = request.Plan;
        var head = $"{plan.Method} {plan.Path} HTTP/1.1\r\nHost: gateway.test\r\nAuthorization: Bearer {key}\r\n"
            + (plan.UploadBytes > 0 ? $"Content-Length: {plan.UploadBytes}\r\n\r\n" : "\r\n");
        request.WasSent = true;
        await SendAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
        if (plan.UploadBytes > 0)
        {
            await SendAsync(new byte[plan.UploadBytes], cancellationToken);
        }

        await ReadAnswerAsync(request, cancellationToken);
    }

    public void Dispose() => _socket.Dispose();

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
        }
    }

    private async Task ReadAnswerAsync(SentRequest request, CancellationToken cancellationToken)
    {
        // HTTP/1.1 200 OK
        var statusLine = await ReadLineAsync(cancellationToken);
        var status = int.Parse(statusLine.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);
        request.Status = status;
        var (length, isChunked, isProblem, closes) = (-1L, false, false, false);
        while (await ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = line[(colon + 1)..].Trim();
            switch (line[..colon].ToUpperInvariant())
            {
                case "CONTENT-LENGTH":
                    length = long.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
                    break;
                case "TRANSFER-ENCODING":
                    isChunked = true;
                    break;
                case "CONTENT-TYPE":
                    isProblem = value.StartsWith("application/problem+json", StringComparison.Ordinal);
                    break;
                case "CONNECTION":
                    closes = value.Contains("close", StringComparison.OrdinalIgnoreCase);
                    break;
            }
        }

        var problem = isProblem ? new StringBuilder() : null;
        if (isChunked)
        {
            while (long.Parse(await ReadLineAsync(cancellationToken), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) is > 0 and var chunk)
            {
                await ReadBodyAsync(chunk, problem, cancellationToken);
                await ReadLineAsync(cancellationToken);
            }

            await ReadLineAsync(cancellationToken);
        }
        else if (status is not (204 or 304))
        {
            await ReadBodyAsync(Math.Max(length, 0), problem, cancellationToken);
        }

        request.Problem = problem is null ? null : ProblemType().Match(problem.ToString()).Groups["type"].Value;
        request.IsComplete = true;
        CanBeUsedAgain = !closes;
    }

    private async Task ReadBodyAsync(long bytes, StringBuilder? text, CancellationToken cancellationToken)
    {
        while (bytes > 0)
        {
            await FillAsync(cancellationToken);
            var part = (int)Math.Min(bytes, _end - _start);
            text?.Append(Encoding.UTF8.GetString(_buffer, _start, part));
            _start += part;
            bytes -= part;
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length < LongestLine)
        {
            await FillAsync(cancellationToken);
            var end = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            var until = end < 0 ? _end : end;
            line.Append(Encoding.ASCII.GetString(_buffer, _start, until - _start));
            _start = end < 0 ? _end : end + 1;
            if (end >= 0)
            {
                return line.ToString().TrimEnd('\r');
            }
        }

        throw new IOException("a line of the answer has no end");
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            _start = 0;
            _end = await _socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
            if (_end == 0)
            {
                throw new IOException("the connection was closed");
            }
        }
    }

    [GeneratedRegex("\"type\"\\s*:\\s*\"(?<type>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ProblemType();
}
