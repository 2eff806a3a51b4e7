using System.IO.Pipelines;
using Gateway.Proxying.Backends;
using Gateway.Proxying.Connecting;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Benchmarks.Pipeline;

/// <summary>The gateway's clients of backends, but connected to one in this process that answers everything with the same 100 bytes.</summary>
internal sealed class InMemoryBackends(BackendConnector connector, BackendOptions options, ILogger<ForwarderHttpClientFactory> logger)
    : BackendClientFactory(connector, options, logger)
{
    /// <summary>Bytes in the body of an answer.</summary>
    public const int BodyBytes = 100;

    private static readonly byte[] Answer =
    [
        .. "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: Sat, 28 Nov 2026 12:00:00 GMT\r\nContent-Length: 100\r\n\r\n"u8,
        .. new string('x', BodyBytes).Select(static character => (byte)character),
    ];

    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectCallback = static (_, _) =>
        {
            var connection = new InMemoryConnection(PipeScheduler.Inline);
            _ = ServeAsync(connection.Server);
            return ValueTask.FromResult<Stream>(new PipeStream(connection.Client));
        };
    }

    private static async Task ServeAsync(IDuplexPipe end)
    {
        while (await InMemoryConnection.ReadMessageAsync(end, bodyBytes: 0, Memory<byte>.Empty))
        {
            await end.Output.WriteAsync(Answer);
        }

        await end.Output.CompleteAsync();
    }
}
