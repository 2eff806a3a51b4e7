using Gateway.UsageProcessor.Continuity;
using Gateway.UsageProcessor.Storage;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>
/// The messages of one transaction, in the order in which they came, and how far they bring each partition.
/// </summary>
internal sealed class MessageBatch(ConsumerOptions options, TimeProvider timeProvider)
{
    private readonly List<ReceivedMessage> _messages = new(options.BatchMessages);
    private readonly Dictionary<AssignedPartition, End> _ends = [];
    private readonly HashSet<AssignedPartition> _moved = [];
    private long _firstAt;
    private long _bytes;

    public IReadOnlyList<ReceivedMessage> Messages => _messages;

    /// <summary>For every partition in the batch, the offset after its last message.</summary>
    public IEnumerable<(AssignedPartition Partition, long NextOffset)> NextOffsets =>
        _ends.Select(static end => (end.Key, end.Value.NextOffset));

    public bool IsEmpty => _ends.Count == 0;

    public bool IsFull => _messages.Count >= options.BatchMessages || _bytes >= options.BatchBytes;

    /// <summary>When it is to be stored at the latest: zero when it is full or old enough, null while it is empty.</summary>
    public TimeSpan? DueIn
    {
        get
        {
            if (IsEmpty)
            {
                return null;
            }

            var left = IsFull ? TimeSpan.Zero : options.BatchWait - timeProvider.GetElapsedTime(_firstAt);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void Add(AssignedPartition partition, ReceivedMessage message)
    {
        Begin();
        _messages.Add(message);
        _ends[partition] = new End(message.Offset + 1, message, null);
        _bytes += (message.Key?.Length ?? 0) + (message.Value?.Length ?? 0);
    }

    /// <summary>Adds when the first message of each partition was sent, for those that are not there yet.</summary>
    public void AddOldest(Dictionary<int, long> oldest)
    {
        foreach (var message in _messages)
        {
            oldest.TryAdd(message.Partition, message.TimestampMilliseconds);
        }
    }

    /// <summary>Whether the partition was moved, whatever came of it since.</summary>
    public bool HasMoved(AssignedPartition partition) => _moved.Contains(partition);

    /// <summary>Moves a partition without a message: to where it begins, or to note what the message before is.</summary>
    public void Move(AssignedPartition partition, long nextOffset, long? fingerprint)
    {
        Begin();
        _moved.Add(partition);
        _ends[partition] = new End(nextOffset, null, fingerprint);
    }

    /// <summary>How far the batch brings its partitions, in order of their numbers.</summary>
    public OffsetAdvance[] Advances() =>
    [
        .. _ends.OrderBy(static end => end.Key.Number).Select(static end => new OffsetAdvance(
            end.Key.Number,
            end.Key.StoredOffset!.Value,
            end.Value.NextOffset,
            end.Value.Last is { } last ? MessageFingerprint.Of(last.Key, last.Value, last.TimestampMilliseconds) : end.Value.Fingerprint)),
    ];

    /// <summary>Drops a partition that now belongs to somebody else, who will read its messages again.</summary>
    public void Remove(AssignedPartition partition)
    {
        if (!_ends.Remove(partition))
        {
            return;
        }

        _moved.Remove(partition);
        _messages.RemoveAll(message => message.Partition == partition.Number);
        _bytes = _messages.Sum(message => (long)(message.Key?.Length ?? 0) + (message.Value?.Length ?? 0));
    }

    public void Clear()
    {
        _messages.Clear();
        _ends.Clear();
        _moved.Clear();
        _bytes = 0;
    }

    private void Begin()
    {
        if (IsEmpty)
        {
            _firstAt = timeProvider.GetTimestamp();
        }
    }

    /// <summary>Where a partition's part of the batch ends: after its last message, or where it is moved to.</summary>
    private readonly record struct End(long NextOffset, ReceivedMessage? Last, long? Fingerprint);
}
