namespace Gateway.UsageProcessor.Consuming;

/// <summary>
/// The messages of one transaction, in the order in which they came, and how far they bring each partition.
/// </summary>
internal sealed class MessageBatch(ConsumerOptions options, TimeProvider timeProvider)
{
    private readonly List<ReceivedMessage> _messages = new(options.BatchMessages);
    private readonly Dictionary<AssignedPartition, long> _nextOffsets = [];
    private long _firstAt;
    private long _bytes;

    public IReadOnlyList<ReceivedMessage> Messages => _messages;

    /// <summary>For every partition in the batch, the offset after its last message.</summary>
    public IReadOnlyDictionary<AssignedPartition, long> NextOffsets => _nextOffsets;

    public bool IsEmpty => _messages.Count == 0;

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
        if (IsEmpty)
        {
            _firstAt = timeProvider.GetTimestamp();
        }

        _messages.Add(message);
        _nextOffsets[partition] = message.Offset + 1;
        _bytes += (message.Key?.Length ?? 0) + (message.Value?.Length ?? 0);
    }

    /// <summary>Drops a partition that now belongs to somebody else, who will read its messages again.</summary>
    public void Remove(AssignedPartition partition)
    {
        if (!_nextOffsets.Remove(partition))
        {
            return;
        }

        _messages.RemoveAll(message => message.Partition == partition.Number);
        _bytes = _messages.Sum(message => (long)(message.Key?.Length ?? 0) + (message.Value?.Length ?? 0));
    }

    public void Clear()
    {
        _messages.Clear();
        _nextOffsets.Clear();
        _bytes = 0;
    }
}
