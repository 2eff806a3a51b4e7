using Gateway.Usage.Journal;

namespace Gateway.Usage.Publishing;

/// <summary>
/// Brings the events of one journal to Kafka, in batches and in their order, and acknowledges them in the journal when Kafka
/// has. Whatever Kafka does not take is sent again, for as long as it takes. Holds a bounded number of events in memory.
/// </summary>
internal sealed class JournalPump(
    IJournalReader reader, UsageProducer producer, UsageOptions options, PublishingMetrics metrics, TimeProvider timeProvider)
{
    /// <summary>Events between journal and acknowledgement. The producer takes as many, for all pumps together.</summary>
    private const int Capacity = 10_000;

    /// <summary>How often a batch that is not full looks for more, and what has been delivered is acknowledged.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>How long Kafka is left alone that did not take something.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);

    // Both in the order of the journal, and all that were handed over to the producer before all that were not yet.
    private readonly Queue<OutgoingEvent> _sent = new();
    private readonly Queue<OutgoingEvent> _unsent = new();
    private readonly BatchTimes _batches = new(metrics, timeProvider);
    private bool _mustResend;
    private int _failures;
    private long _delivered;

    /// <summary>Events that Kafka has acknowledged.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Returns when the journal has nothing more to give and all of it is acknowledged.</summary>
    /// <param name="hurry">Batches need not be full any more.</param>
    /// <param name="cancellationToken">Gives up: what is not acknowledged stays in the journal.</param>
    public async Task RunAsync(CancellationToken hurry, CancellationToken cancellationToken)
    {
        Task<bool>? readable = null;
        while (true)
        {
            Acknowledge();
            if (!SendUnsent())
            {
                await Task.Delay(RetryInterval, timeProvider, cancellationToken);
                continue;
            }

            readable ??= reader.WaitToReadAsync(cancellationToken).AsTask();
            if (!readable.IsCompleted)
            {
                if (_sent.Count == 0)
                {
                    await ((Task)readable).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
                else
                {
                    // What is on its way is to be acknowledged meanwhile.
                    await Task.WhenAny(readable, Task.Delay(Look, timeProvider, cancellationToken));
                }
            }
            else if (await readable && _sent.Count < Capacity)
            {
                readable = null;
                await CollectAsync(hurry);
            }
            else if (_sent.Count > 0)
            {
                await Task.Delay(Look, timeProvider, cancellationToken);
            }
            else
            {
                return;
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Until the batch is full, the first of it has waited long enough, or nothing more will come.</summary>
    private async Task CollectAsync(CancellationToken hurry)
    {
        var startedAt = timeProvider.GetTimestamp();
        var count = 0;
        while (true)
        {
            while (count < options.BatchSize && reader.TryRead(out var journalEvent))
            {
                _unsent.Enqueue(new OutgoingEvent(journalEvent));
                count++;
            }

            if (count >= options.BatchSize || hurry.IsCancellationRequested || timeProvider.GetElapsedTime(startedAt) >= options.BatchWait)
            {
                _batches.Sent(count);
                return;
            }

            await Task.Delay(Look, timeProvider, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Up to the first that Kafka has not: whatever comes behind it is sent again, should this process end.</summary>
    private void Acknowledge()
    {
        var acknowledged = default(JournalPosition);
        while (_sent.TryPeek(out var oldest) && oldest.IsDelivered)
        {
            acknowledged = oldest.Position;
            _sent.Dequeue();
            Interlocked.Increment(ref _delivered);
            metrics.EventDelivered();
            _batches.EventDelivered();
        }

        reader.Acknowledge(acknowledged);
    }

    /// <summary>In the order of the journal. False where Kafka's client takes no more now, or has just refused something.</summary>
    private bool SendUnsent()
    {
        if (producer.Failures is var failures && failures != _failures)
        {
            // What that client had not delivered, it never will.
            _failures = failures;
            foreach (var sent in _sent)
            {
                sent.NotSent();
            }

            _mustResend = true;
        }

        // One that was refused is noticed when all before it are delivered; nothing behind it is acknowledged.
        var isRefused = !_mustResend && _sent.TryPeek(out var oldest) && oldest.IsUnsent;
        _mustResend = (_mustResend || isRefused) && !TryResend();
        if (_mustResend)
        {
            return false;
        }

        while (_unsent.TryPeek(out var next))
        {
            if (!TrySend(next))
            {
                return false;
            }

            _sent.Enqueue(_unsent.Dequeue());
        }

        return !isRefused;
    }

    private bool TryResend()
    {
        foreach (var sent in _sent)
        {
            if (sent.IsUnsent && !TrySend(sent))
            {
                return false;
            }
        }

        return true;
    }

    private bool TrySend(OutgoingEvent unsent)
    {
        unsent.Sending();
        if (producer.TryProduce(unsent))
        {
            return true;
        }

        unsent.NotSent();
        return false;
    }
}
