using System.Globalization;
using System.Runtime.ExceptionServices;
using Gateway.Contracts.Usage;
using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.DeadLetters;
using Gateway.UsageProcessor.Deduplication;
using Gateway.UsageProcessor.Observability;
using Gateway.UsageProcessor.Sources;
using Npgsql;

namespace Gateway.UsageProcessor.Storage;

/// <summary>
/// Brings batches into the database exactly once, one flush at a time, while the next batch is being prepared. Between any two steps
/// the process may be killed: what is promised then stands at each step.
/// </summary>
internal sealed class BatchFlusher(
    UsageStores stores,
    DeadLetterTopic deadLetterTopic,
    DeduplicationWindow window,
    RetryUntilDone retry,
    Blockage blockage,
    ProcessorMetrics metrics,
    TimeProvider timeProvider)
{
    // A batch is compared with what is remembered while the one before it may be added to that.
    private readonly Lock _remembering = new();
    private readonly FlushLane _first = new(stores.First);
    private readonly FlushLane _second = new(stores.Second);
    private FlushLane? _last;

    /// <summary>Where each partition goes on; tries until the database answers. Nothing may be on its way.</summary>
    public async Task<StoredOffsets> ReadOffsetsAsync(int[] partitions, CancellationToken cancellationToken)
    {
        var offsets = await retry.RunAsync(token => stores.ReadOffsetsAsync(partitions, token), cancellationToken);
        if (offsets.OverNewConnection)
        {
            // It may lead to a database that lacks what we remember: a replica, promoted a moment too soon.
            Forget();
        }

        return offsets;
    }

    /// <summary>
    /// Begins to take a batch to the database, on the pool, and answers at once. The batch must not change from here on; it
    /// is followed by a flush, or given up for good. Only one may be on its way beside the one that is flushed.
    /// </summary>
    public FlushLane Prepare(MessageBatch batch, CancellationToken cancellationToken)
    {
        var lane = _last = ReferenceEquals(_last, _first) ? _second : _first;
        lane.Enter(batch);
        lane.Preparation = Task.Run(() => PrepareAsync(lane, cancellationToken), CancellationToken.None);
        return lane;
    }

    /// <summary>Tries for as long as the connection lasts.</summary>
    /// <param name="lane">With what to store.</param>
    /// <param name="advances">How far that brings the partitions, and where they have to be now.</param>
    /// <param name="cancellationToken">Gives up; the batch is then read and stored again later, by us or by others.</param>
    public async Task<FlushOutcome> FlushAsync(FlushLane lane, IReadOnlyList<OffsetAdvance> advances, CancellationToken cancellationToken)
    {
        await lane.Preparation;
        var startedAt = timeProvider.GetTimestamp();
        long stored;
        try
        {
            if (await retry.RunAsync(token => TryWriteAsync(lane, advances, token), cancellationToken) is not { } newEvents)
            {
                // Whoever moved the offsets may have moved them back, to have events stored again that we remember.
                Forget();
                metrics.BatchFenced();
                return FlushOutcome.Fenced;
            }

            stored = newEvents;
        }
        catch (ConnectionLostException)
        {
            return FlushOutcome.ConnectionLost;
        }

        // Only now: had the transaction been rolled back, its events would have to be new to us when they come again.
        // Killed before this: the window starts empty, and the primary key recognizes the copies.
        blockage.Ends();
        Remember(lane);
        metrics.BatchStored(
            stored,
            duplicates: lane.Batch.Messages.Count - lane.DeadLetters.Count - lane.Heartbeats - stored,
            lane.DeadLetters.Count,
            timeProvider.GetElapsedTime(startedAt));
        return FlushOutcome.Stored;
    }

    private async Task PrepareAsync(FlushLane lane, CancellationToken cancellationToken)
    {
        // Copies of what is known to be stored need no work. Killed now: nothing has happened yet.
        Sort(lane);
        try
        {
            await lane.Store.StageAsync(lane.Events, cancellationToken);
        }
        catch (PostgresException exception) when (RefusedEvent.IsCauseOf(exception))
        {
            // The flush takes the events there again, and finds out which it was.
        }
        catch (Exception exception)
        {
            // Left to the flush, whose turn it is to say so and to try again.
            lane.Failure = exception;
        }
    }

    private void Sort(FlushLane lane)
    {
        lock (_remembering)
        {
            window.Forget();
            foreach (var message in lane.Batch.Messages)
            {
                if (message.Heartbeat is not null)
                {
                    lane.Heartbeats++;
                }
                else if (message.Event is null)
                {
                    lane.DeadLetters.Add(message);
                }
                else if (EventKey.Of(message.Event) is var key && !window.Contains(key))
                {
                    if (lane.Keys.Add(key))
                    {
                        lane.Events.Add(message);
                    }
                }
                else if (message.ReplayOf is not null)
                {
                    lane.KnownReplays.Add(message);
                }
            }
        }
    }

    private void Remember(FlushLane lane)
    {
        lock (_remembering)
        {
            window.Remember([.. lane.Keys]);
        }
    }

    private void Forget()
    {
        lock (_remembering)
        {
            window.Clear();
        }
    }

    private async Task<long?> TryWriteAsync(FlushLane lane, IReadOnlyList<OffsetAdvance> advances, CancellationToken cancellationToken)
    {
        if (lane.Failure is { } failure)
        {
            lane.Failure = null;
            ExceptionDispatchInfo.Throw(failure);
        }

        while (true)
        {
            var write = new BatchWrite(lane.Events, lane.DeadLetters, SourceDigest.Of(lane.Batch.Messages), advances) { Replayed = ReplayedOf(lane) };

            // Dead letters reach their topic before the transaction that moves past them: at least once. Killed after
            // this and before the commit: the message is read again, and published once more.
            await deadLetterTopic.PublishAsync(write.DeadLetters, cancellationToken);
            try
            {
                // Events, ledger, dead letters, sources and offsets together or not at all. Killed before the commit: PostgreSQL
                // rolls back, and the offsets in the same database make somebody read the batch again. Killed after it:
                // the offsets are past the batch. Kafka's own offset follows later and decides nothing.
                var result = await lane.Store.WriteAsync(write, cancellationToken);
                if (result.RawBegins is not { } rawBegins)
                {
                    return result.Stored;
                }

                RefuseOlderThan(lane, rawBegins);
            }
            catch (PostgresException exception) when (RefusedEvent.IsCauseOf(exception))
            {
                // Nothing was written. Its culprits become dead letters, and the rest is written without them.
                if (!await RefuseCulpritsAsync(lane, cancellationToken))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Dead letters that were sent again and are no dead letters this time: what they are is in the database, or will be.</summary>
    private static List<ReceivedMessage> ReplayedOf(FlushLane lane)
    {
        List<ReceivedMessage> replayed = [.. lane.KnownReplays];
        foreach (var message in lane.Batch.Messages)
        {
            // A copy of an event that PostgreSQL has just refused is neither stored nor a dead letter.
            if (message.ReplayOf is not null
                && (message.Heartbeat is not null || (message.Event is { } replay && lane.Keys.Contains(EventKey.Of(replay)))))
            {
                replayed.Add(message);
            }
        }

        return replayed;
    }

    private static async Task<bool> RefuseCulpritsAsync(FlushLane lane, CancellationToken cancellationToken)
    {
        var culprits = await lane.Store.FindRefusedAsync(lane.Events, cancellationToken);
        foreach (var (message, reason) in culprits)
        {
            lane.Events.Remove(message);
            Refuse(lane, message, reason);
        }

        return culprits.Count > 0;
    }

    private static void RefuseOlderThan(FlushLane lane, DateTime rawBegins)
    {
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"{DeadLetterReasons.TooOld}{rawBegins:yyyy-MM-ddTHH:mm:ssZ}, from when on raw rows are kept: whether it was counted cannot be told any more");
        foreach (var message in lane.Events.Where(message => message.Event!.Time.UtcDateTime < rawBegins))
        {
            Refuse(lane, message, reason);
        }

        lane.Events.RemoveAll(static message => message.Event is null);
    }

    private static void Refuse(FlushLane lane, ReceivedMessage message, string reason)
    {
        // Not stored, so it must not be remembered: its copies are refused for the same reason, not for being copies.
        lane.Keys.Remove(EventKey.Of(message.Event!));
        message.Refuse(reason);
        lane.DeadLetters.Add(message);
    }
}
