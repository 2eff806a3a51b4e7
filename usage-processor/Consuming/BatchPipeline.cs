using Gateway.UsageProcessor.Storage;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>
/// Three batches: one is filled while the one before it is taken to the database, and the one before that is being stored. The
/// database's work runs on the pool; everything here is called by the consuming thread alone, which looks in now and then.
/// <c>stored</c> is told after each commit how far a partition is stored.
/// </summary>
internal sealed class BatchPipeline(
    ConsumerOptions options,
    Assignment assignment,
    BatchFlusher flusher,
    TimeProvider timeProvider,
    ILogger logger,
    Action<AssignedPartition, long> stored) : IDisposable
{
    /// <summary>How long what is given up may take to end.</summary>
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _givingUp = new();
    private MessageBatch _filling = new(options, timeProvider);
    private FlushLane? _next;
    private FlushLane? _flushing;
    private Task<FlushOutcome>? _flush;
    private Task<StoredOffsets>? _reading;
    private Task _abandoned = Task.CompletedTask;
    private OffsetAdvance[] _advances = [];
    private bool _mustReread;

    /// <summary>Whether messages can be taken now. If not, the database has to finish first.</summary>
    public bool HasRoom => !_filling.IsFull && !assignment.HasUnread;

    /// <summary>Whether the database is at work.</summary>
    public bool IsBusy => DatabaseTask is not null;

    /// <summary>When the batch has to be looked at, null while it is empty.</summary>
    public TimeSpan? DueIn => _filling.DueIn;

    private Task? DatabaseTask => (Task?)_flush ?? _reading;

    private bool HasFailed => DatabaseTask is { IsCompleted: true, IsCompletedSuccessfully: false };

    public void Add(AssignedPartition partition, ReceivedMessage message) => _filling.Add(partition, message);

    /// <summary>Moves a partition's row without a message, with the next batch.</summary>
    public void Move(AssignedPartition partition, long nextOffset, long? fingerprint) => _filling.Move(partition, nextOffset, fingerprint);

    /// <summary>
    /// Drops what was read of a partition and moves its row back, with the next batch: its log turned out to be another one. Never
    /// forward: what was dropped would then be skipped.
    /// </summary>
    public void GoBack(AssignedPartition partition, StoredOffset offset)
    {
        var (next, fingerprint) = offset.Next > partition.StoredOffset ? (partition.StoredOffset.Value, null) : (offset.Next, offset.Fingerprint);
        _filling.Remove(partition);
        partition.GoBack(next);
        assignment.Changed();
        _filling.Move(partition, next, fingerprint);
    }

    /// <summary>Has the database say again where all partitions go on, as soon as it has finished what it is at.</summary>
    public void Reread() => _mustReread = true;

    /// <summary>Drops what was read of a partition that somebody else has now. What is on its way to the database is left to the fence.</summary>
    public void Remove(AssignedPartition partition) => _filling.Remove(partition);

    /// <summary>For each partition, when the oldest message was sent that was read and is not stored.</summary>
    public Dictionary<int, long> OldestTimestamps()
    {
        Dictionary<int, long> oldest = [];
        _flushing?.Batch.AddOldest(oldest);
        _next?.Batch.AddOldest(oldest);
        _filling.AddOldest(oldest);
        return oldest;
    }

    /// <summary>Takes note of what the database has finished and gives it its next task.</summary>
    /// <exception cref="Exception">Its last task failed for good.</exception>
    public void Turn()
    {
        ThrowIfFailed();
        Settle();
        StartNext();
    }

    /// <summary>Blocks until the database has finished, or the time is over. Answers whether it has.</summary>
    public bool WaitForDatabase(TimeSpan time) => DatabaseTask?.EndsWithin(time) ?? true;

    /// <summary>
    /// Blocks until the database has said of every partition where it goes on, or the time is over. Throws nothing, as
    /// librdkafka's callbacks must not: a failure is left to the next turn.
    /// </summary>
    public void WaitForOffsets(TimeSpan time)
    {
        var startedAt = timeProvider.GetTimestamp();
        while (assignment.HasUnread && !HasFailed && time - timeProvider.GetElapsedTime(startedAt) is var left && left > TimeSpan.Zero)
        {
            StartNext();
            WaitForDatabase(left);
            Settle();
        }
    }

    /// <summary>Blocks until what is on its way is stored, if something is, or the time is over. Throws nothing either.</summary>
    public void WaitForFlush(TimeSpan time)
    {
        var startedAt = timeProvider.GetTimestamp();
        while (!HasFailed && (_flush is not null || _next is not null)
            && time - timeProvider.GetElapsedTime(startedAt) is var left && left > TimeSpan.Zero)
        {
            if (_flush is null)
            {
                StartFlush();
            }

            WaitForDatabase(left);
            Settle();
        }
    }

    /// <summary>Stores what is in hand. Answers whether there was time enough for all of it.</summary>
    /// <exception cref="Exception">The database's last task failed for good.</exception>
    public bool Drain(TimeSpan patience)
    {
        var startedAt = timeProvider.GetTimestamp();
        _givingUp.CancelAfter(patience);
        try
        {
            while (_flush is not null || _next is not null || !_filling.IsEmpty)
            {
                if (!IsBusy)
                {
                    StartFlush();
                }

                // It is cancelled when patience ends, but a server that hangs also keeps waiting whoever wants to cancel something.
                var left = patience + CancelPatience - timeProvider.GetElapsedTime(startedAt);
                if (left <= TimeSpan.Zero || !WaitForDatabase(left))
                {
                    return false;
                }

                ThrowIfFailed();
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

    private void ThrowIfFailed()
    {
        if (HasFailed)
        {
            DatabaseTask!.GetAwaiter().GetResult();
        }
    }

    private void Settle()
    {
        if (_reading is { IsCompletedSuccessfully: true } reading)
        {
            _reading = null;
            SettleReading(reading.GetAwaiter().GetResult());
        }

        if (_flush is { IsCompletedSuccessfully: true } flush)
        {
            _flush = null;
            SettleFlush(flush.GetAwaiter().GetResult());
        }
    }

    /// <summary>One task at a time. Reading comes before what is not on its way yet, or at full load it would never have its turn.</summary>
    private void StartNext()
    {
        if (!IsBusy)
        {
            if (_mustReread)
            {
                _mustReread = false;
                ForgetOffsets();
            }

            if (_next is null && assignment.HasUnread)
            {
                StartReading();
            }
            else if (_next is not null || _filling.DueIn == TimeSpan.Zero)
            {
                StartFlush();
            }
        }

        // Not before it is full: the database takes many messages at once with less work.
        if (_flush is not null && _next is null && _filling.IsFull && !assignment.HasUnread)
        {
            _next = PrepareFilling();
        }
    }

    private void StartReading()
    {
        var partitions = assignment.Partitions
            .Where(static partition => partition.StoredOffset is null)
            .Select(static partition => partition.Number)
            .ToArray();
        var token = _givingUp.Token;
        var abandoned = _abandoned;
        _reading = Task.Run(
            async () =>
            {
                await abandoned;
                return await flusher.ReadOffsetsAsync(partitions, token);
            },
            CancellationToken.None);
    }

    private void SettleReading(StoredOffsets offsets)
    {
        if (offsets.OverNewConnection && assignment.HasRead)
        {
            ForgetOffsets();
            return;
        }

        foreach (var (number, offset) in offsets.Partitions)
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
        var lane = _flushing = _next ?? PrepareFilling();
        _next = null;
        var advances = _advances = lane.Batch.Advances();
        var token = _givingUp.Token;
        _flush = Task.Run(() => flusher.FlushAsync(lane, advances, token), CancellationToken.None);
    }

    private FlushLane PrepareFilling()
    {
        var batch = _filling;
        _filling = new MessageBatch(options, timeProvider);
        return flusher.Prepare(batch, _givingUp.Token);
    }

    private void SettleFlush(FlushOutcome outcome)
    {
        if (outcome == FlushOutcome.Fenced)
        {
            logger.Fenced();
        }

        if (outcome == FlushOutcome.Stored)
        {
            foreach (var (partition, nextOffset) in _flushing!.Batch.NextOffsets)
            {
                var fingerprint = _advances.First(advance => advance.Partition == partition.Number).Fingerprint;
                partition.Stored(nextOffset, fingerprint, _flushing.Batch.HasMoved(partition));
                stored(partition, nextOffset);
            }
        }
        else
        {
            ForgetOffsets();
        }

        _flushing = null;
    }

    /// <summary>What we believe of the offsets is out of date, and what was read since may follow a gap. All of it is read again.</summary>
    private void ForgetOffsets()
    {
        _filling.Clear();
        if (_next is { } next)
        {
            _abandoned = next.Preparation;
            _next = null;
        }

        assignment.ForgetAll();
    }
}
