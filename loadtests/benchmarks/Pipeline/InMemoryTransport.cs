using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Benchmarks.Pipeline;

/// <summary>What Kestrel listens on instead of sockets.</summary>
internal sealed class InMemoryTransport : IConnectionListenerFactory
{
    private static readonly IPEndPoint ClientAddress = new(IPAddress.Loopback, 40_000);

    private readonly ConcurrentDictionary<EndPoint, Listener> _listeners = new();

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(_listeners.GetOrAdd(endpoint, static endpoint => new Listener(endpoint)));

    /// <summary>A connection to what listens there.</summary>
    public InMemoryConnection Connect(EndPoint endpoint)
    {
        var connection = new InMemoryConnection(PipeScheduler.ThreadPool);
        _listeners[endpoint].Accept(new DefaultConnectionContext($"{Guid.NewGuid():N}", connection.Server, connection.Client)
        {
            LocalEndPoint = endpoint,
            RemoteEndPoint = ClientAddress,
        });
        return connection;
    }

    private sealed class Listener(EndPoint endPoint) : IConnectionListener
    {
        private readonly Channel<ConnectionContext> _accepted = Channel.CreateUnbounded<ConnectionContext>();

        public EndPoint EndPoint => endPoint;

        public void Accept(ConnectionContext connection) => _accepted.Writer.TryWrite(connection);

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await _accepted.Reader.WaitToReadAsync(cancellationToken) && _accepted.Reader.TryRead(out var connection) ? connection : null;

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _accepted.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
