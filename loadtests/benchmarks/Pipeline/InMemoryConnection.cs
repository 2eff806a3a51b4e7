using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Gateway.Benchmarks.Pipeline;

/// <summary>
/// Two ends of a connection without a socket between them. What one end writes, the other has before the write returns, on the same
/// thread: so what a request allocates can be told from what everything else does.
/// </summary>
internal sealed class InMemoryConnection
{
    /// <param name="clientScheduler">
    /// Where whoever connects goes on when it had to wait for an answer. One that sends the next request there must not do it inline: it
    /// would be inside of the writing of the answer, which then never ends.
    /// </param>
    public InMemoryConnection(PipeScheduler clientScheduler)
    {
        Pipe up = new(Options(PipeScheduler.Inline)), down = new(Options(clientScheduler));
        Client = new End(down.Reader, up.Writer);
        Server = new End(up.Reader, down.Writer);
    }

    /// <summary>The end of whoever connects.</summary>
    public IDuplexPipe Client { get; }

    /// <summary>The end of whoever is connected to.</summary>
    public IDuplexPipe Server { get; }

    /// <summary>Reads up to and with the empty line that ends a header, and so many bytes more.</summary>
    /// <param name="end">Which end reads.</param>
    /// <param name="bodyBytes">How many bytes follow the header.</param>
    /// <param name="start">Gets what it begins with.</param>
    /// <returns>False where the other side has closed the connection.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<bool> ReadMessageAsync(IDuplexPipe end, int bodyBytes, Memory<byte> start)
    {
        while (true)
        {
            var result = await end.Input.ReadAsync();
            if (TryEnd(result.Buffer, bodyBytes, start.Span) is { } position)
            {
                end.Input.AdvanceTo(position);
                return true;
            }

            end.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                return false;
            }
        }
    }

    private static SequencePosition? TryEnd(in ReadOnlySequence<byte> buffer, int bodyBytes, Span<byte> start)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> _, "\r\n\r\n"u8) || reader.Remaining < bodyBytes)
        {
            return null;
        }

        buffer.Slice(0, start.Length).CopyTo(start);
        return buffer.GetPosition(bodyBytes, reader.Position);
    }

    // Nothing waits for the other side to read, as nothing here is larger than a socket's buffers.
    private static PipeOptions Options(PipeScheduler reader) =>
        new(readerScheduler: reader, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

    private sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
