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

    // In the order of the journal.
    private readonly Queue<OutgoingEvent> _outgoing = new();
    private readonly BatchTimes _batches = new(metrics, timeProvider);
    private bool _hasUnsent;
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
                if (_outgoing.Count == 0)
                {
                    await ((Task)readable).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
                else
                {
                    // What is on its way is to be acknowledged meanwhile.
                    await Task.WhenAny(readable, Task.Delay(Look, timeProvider, cancellationToken));
                }
            }
            else if (await readable && _outgoing.Count < Capacity)
            {
                readable = null;
                await CollectAsync(hurry);
            }
            else if (_outgoing.Count > 0)
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
                _outgoing.Enqueue(new OutgoingEvent(journalEvent));
                _hasUnsent = true;
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
        while (_outgoing.TryPeek(out var oldest) && oldest.IsDelivered)
        {
            acknowledged = oldest.Position;
            _outgoing.Dequeue();
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
            foreach (var sent in _outgoing)
            {
                sent.NotSent();
            }

            _hasUnsent = true;
        }

        // One that was refused is noticed when all before it are delivered, at the latest; nothing behind it is acknowledged.
        var isRefused = !_hasUnsent && _outgoing.TryPeek(out var oldest) && oldest.IsUnsent;
        if (!_hasUnsent && !isRefused)
        {
            return true;
        }

        foreach (var unsent in _outgoing)
        {
            if (unsent.IsUnsent && !TrySend(unsent))
            {
                _hasUnsent = true;
                return false;
            }
        }

        _hasUnsent = false;
        return !isRefused;
    }

    private bool TrySend(OutgoingEvent unsent)
    {
        unsent.Sending();
        if (producer.TryProduce(unsent.Message, unsent.Reported))
        {
            return true;
        }

        unsent.NotSent();
        return false;
    }
}
