using System.IO.Pipelines;
using Gateway.Listening;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Usage.Counting;

/// <summary>The answer's body on its way to the client, counted. One object serves as the feature and as its stream.</summary>
internal sealed class CountingResponseBody(IHttpResponseBodyFeature inner, UnreadAnswer unread) : UnseekableStream, IHttpResponseBodyFeature
{
    private readonly Stream _stream = inner.Stream;

    /// <summary>Bytes that were written.</summary>
    public long Bytes { get; private set; }

    /// <summary>This object: what is written to it is counted.</summary>
    public Stream Stream => this;

    /// <summary>Not counted: neither YARP nor our own refusals write to it.</summary>
    public PipeWriter Writer => inner.Writer;

    public override bool CanRead => false;

    public override bool CanWrite => true;

    public void DisableBuffering() => inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    public Task CompleteAsync() => inner.CompleteAsync();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Bytes += buffer.Length;
        return unread.WatchAsync(_stream.WriteAsync(buffer, cancellationToken));
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => _stream.FlushAsync(cancellationToken);

    public override void Flush() => _stream.Flush();

    public override void Write(byte[] buffer, int offset, int count)
    {
        Bytes += count;
        _stream.Write(buffer, offset, count);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
