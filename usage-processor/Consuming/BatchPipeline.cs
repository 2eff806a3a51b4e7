using Gateway.UsageProcessor.Storage;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>
/// Two batches: one is filled while the database takes the other. The database's work runs on the pool; everything here
/// is called by the consuming thread alone, which looks in now and then. <c>stored</c> is told after each commit how far
/// a partition is stored.
/// </summary>
internal sealed class BatchPipeline(
    ConsumerOptions options,
    Assignment assignment,
    BatchFlusher flusher,
    TimeProvider timeProvider,
    ILogger logger,
    Action<AssignedPartition, long> stored) : IDisposable
{
    private readonly CancellationTokenSource _givingUp = new();
    private MessageBatch _filling = new(options, timeProvider);
    private MessageBatch _flushing = new(options, timeProvider);
    private Task<FlushOutcome>? _flush;
    private Task<StoredOffsets>? _reading;

    /// <summary>Whether messages can be taken now. If not, the database has to finish first.</summary>
    public bool HasRoom => !_filling.IsFull && !assignment.HasUnread;

    /// <summary>Whether the database is at work.</summary>
    public bool IsBusy => DatabaseTask is not null;

    /// <summary>When the batch has to be looked at, null while it is empty.</summary>
    public TimeSpan? DueIn => _filling.DueIn;

    private Task? DatabaseTask => (Task?)_flush ?? _reading;

    public void Add(AssignedPartition partition, ReceivedMessage message) => _filling.Add(partition, message);

    /// <summary>Drops what was read of a partition that somebody else has now. What is on its way to the database is left to the fence.</summary>
    public void Remove(AssignedPartition partition) => _filling.Remove(partition);

    /// <summary>Takes note of what the database has finished and gives it its next task.</summary>
    public void Turn()
    {
        Settle();

        // One at a time: there is one connection. Reading comes first, or at full load it would never have its turn.
        if (DatabaseTask is null)
        {
            if (assignment.HasUnread)
            {
                StartReading();
            }
            else if (_filling.DueIn == TimeSpan.Zero)
            {
                StartFlush();
            }
        }
    }

    /// <summary>Blocks until the database has said of every partition where it goes on, or the time is over.</summary>
    public void WaitForOffsets(TimeSpan time)
    {
        var startedAt = timeProvider.GetTimestamp();
        while (assignment.HasUnread && time - timeProvider.GetElapsedTime(startedAt) is var left && left > TimeSpan.Zero)
        {
            Turn();
            WaitForDatabase(left);
            Settle();
        }
    }

    /// <summary>Blocks until the database has finished, or the time is over. Answers whether it has.</summary>
    public bool WaitForDatabase(TimeSpan time) => DatabaseTask?.EndsWithin(time) ?? true;

    /// <summary>The same for the batch that is on its way, if one is; takes note of it.</summary>
    public void WaitForFlush(TimeSpan time)
    {
        if (_flush is not null && _flush.EndsWithin(time))
        {
            Settle();
        }
    }

    /// <summary>Stores what is in hand. Answers whether there was time enough for all of it.</summary>
    public bool Drain(TimeSpan patience)
    {
        _givingUp.CancelAfter(patience);
        try
        {
            while (_flush is not null || !_filling.IsEmpty)
            {
                if (!IsBusy)
                {
                    StartFlush();
                }

                // Ends in time: it is cancelled when patience is.
                WaitForDatabase(Timeout.InfiniteTimeSpan);
                Settle();
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _givingUp.Cancel();
        _givingUp.Dispose();
    }

    private void Settle()
    {
        if (_reading is { IsCompleted: true } reading)
        {
            _reading = null;
            SettleReading(reading.EndedWith());
        }

        if (_flush is { IsCompleted: true } flush)
        {
            _flush = null;
            SettleFlush(flush.EndedWith());
        }
    }

    private void StartReading()
    {
        var partitions = assignment.Partitions
            .Where(static partition => partition.StoredOffset is null)
            .Select(static partition => partition.Number)
            .ToArray();
        var token = _givingUp.Token;
        _reading = Task.Run(() => flusher.ReadOffsetsAsync(partitions, token), CancellationToken.None);
    }

    private void SettleReading(StoredOffsets offsets)
    {
        if (offsets.OverNewConnection && assignment.HasRead)
        {
            ForgetOffsets();
            return;
        }

        foreach (var (number, offset) in offsets.NextOffsets)
        {
            // The partition may have been taken back meanwhile.
            if (assignment.TryGet(number, out var partition) && partition.StoredOffset is null)
            {
                partition.Found(offset);
            }
        }

        assignment.Changed();
    }

    private void StartFlush()
    {
        (_flushing, _filling) = (_filling, _flushing);
        var batch = _flushing;
        var advances = batch.NextOffsets
            .Select(static next => new OffsetAdvance(next.Key.Number, next.Key.StoredOffset!.Value, next.Value))
            .OrderBy(static advance => advance.Partition)
            .ToArray();
        var token = _givingUp.Token;
        _flush = Task.Run(() => flusher.FlushAsync(batch, advances, token), CancellationToken.None);
    }

    private void SettleFlush(FlushOutcome outcome)
    {
        if (outcome == FlushOutcome.Fenced)
        {
            logger.Fenced();
        }

        if (outcome == FlushOutcome.Stored)
        {
            foreach (var (partition, nextOffset) in _flushing.NextOffsets)
            {
                partition.Stored(nextOffset);
                stored(partition, nextOffset);
            }
        }
        else
        {
            ForgetOffsets();
        }

        _flushing.Clear();
    }

    /// <summary>What we believe of the offsets is out of date, and what was read since may follow a gap. All of it is read again.</summary>
    private void ForgetOffsets()
    {
        _filling.Clear();
        assignment.ForgetAll();
    }
}
