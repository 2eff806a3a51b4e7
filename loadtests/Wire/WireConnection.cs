using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gateway.LoadTests.Wire;

/// <summary>A connection with one request under way at most.</summary>
internal sealed class WireConnection(IPEndPoint server) : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private Socket _socket = null!;
    private AnswerReader _answer;
    private int _unread;

    public nint Descriptor => _socket.Handle;

    /// <summary>When the request under way was due.</summary>
    public long DueAt { get; private set; }

    /// <summary>Since when it can take a request, or could before the one under way.</summary>
    public long IdleSince { get; private set; }

    public bool IsBusy { get; private set; }

    /// <summary>The status of the last answer that was complete.</summary>
    public int Status => _answer.Status;

    /// <summary>Connects, again if need be; whatever was under way is forgotten.</summary>
    /// <exception cref="LoadTestException">Nobody listens there.</exception>
    public void Connect()
    {
        _socket?.Dispose();
        (_answer, _unread, IsBusy) = (default, 0, false);
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            _socket.Connect(server);
        }
        catch (SocketException exception)
        {
            throw new LoadTestException($"{server} takes no connection: {exception.SocketErrorCode}");
        }

        _socket.Blocking = false;
        IdleSince = Stopwatch.GetTimestamp();
    }

    /// <summary>Sends a request; answers false where the connection does not take it.</summary>
    public bool TrySend(byte[] request, long dueAt)
    {
        (_answer, DueAt, IsBusy) = (default, dueAt, true);
        return _socket.Send(request, SocketFlags.None, out var error) == request.Length && error == SocketError.Success;
    }

    /// <summary>Reads what there is.</summary>
    public WireProgress Receive()
    {
        var received = _socket.Receive(_buffer.AsSpan(_unread), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return WireProgress.Waits;
        }

        if (received == 0 || error != SocketError.Success)
        {
            return EndWithConnection(error);
        }

        if (!IsBusy)
        {
            // Said without having been asked, as a server does that has waited long enough for a request.
            return WireProgress.Closed;
        }

        var length = _unread + received;
        var read = _answer.Read(_buffer.AsSpan(0, length));
        _unread = length - read;
        if (_answer.HasEnded)
        {
            (IsBusy, IdleSince) = (false, Stopwatch.GetTimestamp());
            return _unread > 0 ? WireProgress.Failed : _answer.Closes ? WireProgress.AnsweredAndClosed : WireProgress.Answered;
        }

        if (_answer.IsMalformed || _unread == _buffer.Length)
        {
            return WireProgress.Failed;
        }

        _buffer.AsSpan(read, _unread).CopyTo(_buffer);
        return WireProgress.Waits;
    }

    public void Dispose() => _socket?.Dispose();

    private WireProgress EndWithConnection(SocketError error)
    {
        if (!IsBusy)
        {
            return WireProgress.Closed;
        }

        (IsBusy, IdleSince) = (false, Stopwatch.GetTimestamp());
        return error == SocketError.Success && _answer.EndsWithConnection ? WireProgress.AnsweredAndClosed : WireProgress.Failed;
    }
}
