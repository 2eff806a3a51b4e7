using System.Diagnostics.Metrics;
using Gateway.Usage;
using Gateway.Usage.Journal;
using Gateway.Usage.Publishing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Usage.Publishing;

[CollectionDefinition(nameof(JournalPumpTests), DisableParallelization = true)] // It measures the memory of the process.
[Collection(nameof(JournalPumpTests))]
public sealed class JournalPumpTests
{
    [Fact]
    public async Task Waiting_for_events_again_and_again_keeps_no_memory()
    {
        const int Waits = 100_000;
        var options = new UsageOptions(100, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
        using var producer = new UsageProducer("127.0.0.1:1", TimeProvider.System, NullLogger<UsageProducer>.Instance);
        using var stopping = new CancellationTokenSource();
        var reader = new RestlessReader(Waits);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new PublishingMetrics(meters.GetRequiredService<IMeterFactory>());
        var running = new JournalPump(reader, producer, options, metrics, TimeProvider.System)
            .RunAsync(hurry: new CancellationToken(canceled: true), stopping.Token);
        await reader.IsTired.WaitAsync(TestContext.Current.CancellationToken);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.InRange((after - before) / Waits, long.MinValue, 20);
    }

    /// <summary>Finds nothing so many times, each time after a short while.</summary>
    private sealed class RestlessReader(int waits) : IJournalReader
    {
        private readonly TaskCompletionSource _tired = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _waits;

        public Task IsTired => _tired.Task;

        public long Damages => 0;

        public bool TryRead(out JournalEvent journalEvent)
        {
            journalEvent = default;
            return false;
        }

        public async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
        {
            if (++_waits > waits)
            {
                _tired.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            await Task.Yield();
            return true;
        }

        public void Acknowledge(JournalPosition position)
        {
        }
    }
}
