using System.Text;
using System.Text.Json;
using Gateway.Hosting.Logging;
using Gateway.Testing;

namespace Gateway.Hosting.Tests.Logging;

public sealed class LineQueueTests
{
    private static readonly byte[] Line = Encoding.UTF8.GetBytes(new string('x', 99) + "\n");

    [Fact]
    public async Task Output_that_is_stuck_holds_up_nobody_and_what_was_dropped_is_said_afterwards()
    {
        using var output = new StuckOutput();
        using var lines = new LineQueue(output, TimeProvider.System, capacity: 1_000);

        // The first is taken by the thread that is stuck then; ten find room behind it.
        lines.Add(Line);
        await output.IsStuck.WaitAsync(TestContext.Current.CancellationToken);
        for (var line = 0; line < 30; line++)
        {
            lines.Add(Line);
        }

        Assert.Equal(20, lines.Dropped);
        output.GoOn();
        await Eventually.IsTrueAsync(() => Task.FromResult(output.Text.Contains("dropped", StringComparison.Ordinal)), "a line about it");
        var written = output.Text.TrimEnd().Split('\n');
        Assert.Equal(12, written.Length);
        var entry = JsonDocument.Parse(written[^1]).RootElement;
        Assert.Equal("error", entry.GetProperty("level").GetString());
        Assert.Equal(20, entry.GetProperty("dropped").GetInt32());

        lines.Add(Line);
        await Eventually.IsTrueAsync(() => Task.FromResult(output.Text.EndsWith("x\n", StringComparison.Ordinal)), "the next line");
        Assert.Equal(20, lines.Dropped);
    }

    [Fact]
    public void Everything_that_found_room_is_written_before_the_end_in_order()
    {
        using var output = new MemoryStream();
        using (var lines = new LineQueue(output, TimeProvider.System))
        {
            for (var number = 0; number < 10_000; number++)
            {
                lines.Add(Encoding.UTF8.GetBytes($"{number}\n"));
            }
        }

        Assert.Equal(string.Concat(Enumerable.Range(0, 10_000).Select(number => $"{number}\n")), Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task Lines_of_many_threads_are_never_mixed()
    {
        using var output = new MemoryStream();
        using (var lines = new LineQueue(output, TimeProvider.System))
        {
            await Parallel.ForAsync(0, 20_000, (_, _) =>
            {
                lines.Add(Line);
                return ValueTask.CompletedTask;
            });
        }

        Assert.Equal(20_000L * Line.Length, output.Length);
        Assert.All(Encoding.UTF8.GetString(output.ToArray()).TrimEnd().Split('\n'), line => Assert.Equal(99, line.Length));
    }

    /// <summary>A pipe that nobody reads until the test says so.</summary>
    private sealed class StuckOutput : Stream
    {
        private readonly MemoryStream _written = new();
        private readonly ManualResetEventSlim _goOn = new();
        private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsStuck => _stuck.Task;

        public string Text
        {
            get
            {
                lock (_written)
                {
                    return Encoding.UTF8.GetString(_written.ToArray());
                }
            }
        }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void GoOn() => _goOn.Set();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _stuck.TrySetResult();
            _goOn.Wait();
            lock (_written)
            {
                _written.Write(buffer);
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _goOn.Set();
            base.Dispose(disposing);
        }
    }
}
