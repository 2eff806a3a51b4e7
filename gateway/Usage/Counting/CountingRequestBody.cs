namespace Gateway.Usage.Counting;

/// <summary>The request's body on its way to the backend, counted.</summary>
internal sealed class CountingRequestBody(Stream inner) : UnseekableStream
{
    /// <summary>Bytes that were read.</summary>
    public long Bytes { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => false;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        Bytes += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        Bytes += read;
        return read;
    }

    public override void Flush() => inner.Flush();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
