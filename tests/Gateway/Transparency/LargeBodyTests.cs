using System.Net;
using System.Text.Json;
using Gateway.Contracts.Usage;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Transparency;

/// <summary>Bodies of any size pass through a few buffers. All three programs run in this process, so what grows counts threefold.</summary>
[CollectionDefinition(nameof(LargeBodyTests), DisableParallelization = true)] // It measures the memory of the process.
[Collection(nameof(LargeBodyTests))]
public sealed class LargeBodyTests(TransparentGateway gateway) : IClassFixture<TransparentGateway>
{
    private const long Megabyte = 1 << 20;
    private const long AllowedGrowth = 100 * Megabyte;

    [Theory]
    [InlineData(192, 1)]
    [InlineData(128, 2)]
    public Task Download_and_upload_of_many_megabytes_leave_memory_flat_and_are_metered_once_with_every_byte(int megabytes, int version) =>
        TransferAsync(megabytes * Megabyte, version);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public Task Download_and_upload_of_2_GB_leave_memory_flat_and_are_metered_once_with_every_byte(int version)
    {
        ExtensiveTests.SkipUnlessWanted("it takes half a minute, and the same with fewer bytes runs always");
        return TransferAsync(2_048 * Megabyte, version);
    }

    private async Task TransferAsync(long size, int version)
    {
        var download = gateway.Answer(
            async context =>
            {
                context.Response.ContentLength = size;
                await new GeneratedContent(size).CopyToAsync(context.Response.Body);
            },
            version);
        var upload = gateway.Answer(
            async context =>
            {
                using var counter = new CountingSink();
                await context.Request.Body.CopyToAsync(counter);
                await context.Response.WriteAsync(JsonSerializer.Serialize(counter.Count));
            },
            version);
        var customer = await gateway.CustomerAsync();
        using var client = gateway.ClientOf(customer, version);
        client.Timeout = Timeout.InfiniteTimeSpan;
        var before = MemoryInUse();
        using var watch = new MemoryWatch();

        using var downloaded = await client.GetAsync(download, HttpCompletionOption.ResponseHeadersRead);
        using var sink = new CountingSink();
        await downloaded.Content.CopyToAsync(sink);
        using var uploaded = await client.PostAsync(upload, new GeneratedContent(size));

        Assert.Equal(size, sink.Count);
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        var received = await uploaded.Content.ReadAsStringAsync();
        Assert.Equal($"{size}", received);
        TestContext.Current.SendDiagnosticMessage($"{size / Megabyte} MB each way over HTTP/{version}: grew by {(watch.Highest - before) / Megabyte} MB at most");
        Assert.InRange(watch.Highest - before, long.MinValue, AllowedGrowth);

        var events = await gateway.EventsAsync(customer, 2);
        Assert.Equal([(0L, size), (size, received.Length)], events.Select(usageEvent => (usageEvent.RequestBytes, usageEvent.ResponseBytes)));
        Assert.All(events, static usageEvent => Assert.Equal(UsageOutcome.Forwarded, usageEvent.Outcome));
    }

    private static long MemoryInUse() => Environment.WorkingSet;

    /// <summary>The most memory that the process had while this was in use.</summary>
    private sealed class MemoryWatch : IDisposable
    {
        private readonly Timer _timer;
        private long _highest;

        public MemoryWatch() => _timer = new Timer(_ => _highest = Math.Max(_highest, MemoryInUse()), null, 0, 50);

        public long Highest => _highest;

        public void Dispose() => _timer.Dispose();
    }

    /// <summary>A body that costs nothing to make.</summary>
    private sealed class GeneratedContent(long size) : HttpContent
    {
        private static readonly byte[] Block = new byte[64 * 1024];

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var left = size; left > 0; left -= Block.Length)
            {
                await stream.WriteAsync(Block.AsMemory(0, (int)Math.Min(left, Block.Length)));
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = size;
            return true;
        }
    }

    private sealed class CountingSink : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Count += count;

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Count += count;
            return Task.CompletedTask;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Count += buffer.Length;
            return ValueTask.CompletedTask;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
