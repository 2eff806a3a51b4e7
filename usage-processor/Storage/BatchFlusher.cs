using System.Globalization;
using Gateway.Contracts.Usage;
using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.DeadLetters;
using Gateway.UsageProcessor.Deduplication;
using Gateway.UsageProcessor.Observability;
using Gateway.UsageProcessor.Sources;
using Npgsql;

namespace Gateway.UsageProcessor.Storage;

/// <summary>
/// Brings a batch into the database exactly once. Between any two steps the process may be killed: what is promised then
/// stands at each step. One flush at a time.
/// </summary>
internal sealed class BatchFlusher(
    UsageStore store,
    DeadLetterTopic deadLetterTopic,
    DeduplicationWindow window,
    RetryUntilDone retry,
    Blockage blockage,
    ProcessorMetrics metrics,
    TimeProvider timeProvider)
{
    private readonly HashSet<EventKey> _keys = [];
    private readonly List<ReceivedMessage> _events = [];
    private readonly List<ReceivedMessage> _deadLetters = [];
    private long _heartbeats;

    /// <summary>Where each partition goes on; tries until the database answers.</summary>
    public async Task<StoredOffsets> ReadOffsetsAsync(int[] partitions, CancellationToken cancellationToken)
    {
        var offsets = await retry.RunAsync(token => store.ReadOffsetsAsync(partitions, token), cancellationToken);
        if (offsets.OverNewConnection)
        {
            // It may lead to a database that lacks what we remember: a replica, promoted a moment too soon.
            window.Clear();
        }

        return offsets;
    }

    /// <summary>Tries for as long as the connection lasts. The batch must not change meanwhile.</summary>
    /// <param name="batch">What to store.</param>
    /// <param name="advances">How far that brings the partitions, and where they have to be now.</param>
    /// <param name="cancellationToken">Gives up; the batch is then read and stored again later, by us or by others.</param>
    public async Task<FlushOutcome> FlushAsync(
        MessageBatch batch, IReadOnlyList<OffsetAdvance> advances, CancellationToken cancellationToken)
    {
        var startedAt = timeProvider.GetTimestamp();

        // Copies of what is known to be stored need no work. Killed now: nothing has happened yet.
        Sort(batch);
        long stored;
        try
        {
            if (await retry.RunAsync(token => TryWriteAsync(batch, advances, token), cancellationToken) is not { } newEvents)
            {
                // Whoever moved the offsets may have moved them back, to have events stored again that we remember.
                window.Clear();
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
        window.Remember([.. _keys]);
        metrics.BatchStored(
            stored,
            duplicates: batch.Messages.Count - _deadLetters.Count - _heartbeats - stored,
            _deadLetters.Count,
            timeProvider.GetElapsedTime(startedAt));
        return FlushOutcome.Stored;
    }

    private void Sort(MessageBatch batch)
    {
        _keys.Clear();
        _events.Clear();
        _deadLetters.Clear();
        _heartbeats = 0;
        window.Forget();
        foreach (var message in batch.Messages)
        {
            if (message.Heartbeat is not null)
            {
                _heartbeats++;
            }
            else if (message.Event is null)
            {
                _deadLetters.Add(message);
            }
            else if (EventKey.Of(message.Event) is var key && !window.Contains(key) && _keys.Add(key))
            {
                _events.Add(message);
            }
        }
    }

    private async Task<long?> TryWriteAsync(
        MessageBatch batch, IReadOnlyList<OffsetAdvance> advances, CancellationToken cancellationToken)
    {
        while (true)
        {
            var write = new BatchWrite(_events, _deadLetters, SourceDigest.Of(batch.Messages), advances) { Replayed = ReplayedOf(batch) };

            // Dead letters reach their topic before the transaction that moves past them: at least once. Killed after
            // this and before the commit: the message is read again, and published once more.
            await deadLetterTopic.PublishAsync(write.DeadLetters, cancellationToken);
            try
            {
                // Events, ledger, dead letters, sources and offsets together or not at all. Killed before the commit: PostgreSQL
                // rolls back, and the offsets in the same database make somebody read the batch again. Killed after it:
                // the offsets are past the batch. Kafka's own offset follows later and decides nothing.
                var result = await store.WriteAsync(write, cancellationToken);
                if (result.RawBegins is not { } rawBegins)
                {
                    return result.Stored;
                }

                RefuseOlderThan(rawBegins);
            }
            catch (PostgresException exception) when (RefusedEvent.IsCauseOf(exception))
            {
                // Nothing was written. Its culprits become dead letters, and the rest is written without them.
                if (!await RefuseCulpritsAsync(cancellationToken))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Dead letters that were sent again and are no dead letters this time: what they are is in the database, or will be.</summary>
    private List<ReceivedMessage> ReplayedOf(MessageBatch batch)
    {
        var replayed = new List<ReceivedMessage>();
        foreach (var message in batch.Messages)
        {
            if (message.ReplayOf is not null
                && (message.Heartbeat is not null || (message.Event is { } replay && IsKnown(EventKey.Of(replay)))))
            {
                replayed.Add(message);
            }
        }

        return replayed;

        // A copy of an event that PostgreSQL has just refused is neither stored nor a dead letter.
        bool IsKnown(EventKey key) => _keys.Contains(key) || window.Contains(key);
    }

    private async Task<bool> RefuseCulpritsAsync(CancellationToken cancellationToken)
    {
        var culprits = await store.FindRefusedAsync(_events, cancellationToken);
        foreach (var (message, reason) in culprits)
        {
            _events.Remove(message);
            Refuse(message, reason);
        }

        return culprits.Count > 0;
    }

    private void RefuseOlderThan(DateTime rawBegins)
    {
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"{DeadLetterReasons.TooOld}{rawBegins:yyyy-MM-ddTHH:mm:ssZ}, from when on raw rows are kept: whether it was counted cannot be told any more");
        foreach (var message in _events.Where(message => message.Event!.Time.UtcDateTime < rawBegins))
        {
            Refuse(message, reason);
        }

        _events.RemoveAll(static message => message.Event is null);
    }

    private void Refuse(ReceivedMessage message, string reason)
    {
        // Not stored, so it must not be remembered: its copies are refused for the same reason, not for being copies.
        _keys.Remove(EventKey.Of(message.Event!));
        message.Refuse(reason);
        _deadLetters.Add(message);
    }
}
