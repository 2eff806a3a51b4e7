using System.Diagnostics.CodeAnalysis;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>The partitions that this processor has now, by number. Used by the consuming thread only.</summary>
internal sealed class Assignment
{
    private readonly SortedDictionary<int, AssignedPartition> _partitions = [];

    /// <summary>In order of their numbers.</summary>
    public IReadOnlyCollection<AssignedPartition> Partitions => _partitions.Values;

    /// <summary>Whether the database still has to say where one of them goes on.</summary>
    public bool HasUnread { get; private set; }

    /// <summary>Whether the database has said where one of them goes on.</summary>
    public bool HasRead { get; private set; }

    /// <summary>Whether the log of one of them still has to be looked at.</summary>
    public bool HasUnconfirmed { get; private set; }

    /// <summary>Whether the consumer still has to be sent to where one of them goes on.</summary>
    public bool HasUnsought { get; private set; }

    public bool TryGet(int number, [NotNullWhen(true)] out AssignedPartition? partition) => _partitions.TryGetValue(number, out partition);

    public void Add(int number)
    {
        _partitions[number] = new AssignedPartition(number);
        Changed();
    }

    public bool Remove(int number, [NotNullWhen(true)] out AssignedPartition? partition)
    {
        var removed = _partitions.Remove(number, out partition);
        Changed();
        return removed;
    }

    /// <summary>Whether it still is the assignment that it was, and not another one of the same partition.</summary>
    public bool Contains(AssignedPartition partition) => TryGet(partition.Number, out var current) && ReferenceEquals(current, partition);

    public void ForgetAll()
    {
        foreach (var partition in _partitions.Values)
        {
            partition.Forget();
        }

        Changed();
    }

    /// <inheritdoc cref="AssignedPartition.LookAtProgress"/>
    public void LookAtProgress()
    {
        foreach (var partition in _partitions.Values)
        {
            partition.LookAtProgress();
        }

        Changed();
    }

    public void DoubtAll()
    {
        foreach (var partition in _partitions.Values)
        {
            partition.Doubt();
        }

        Changed();
    }

    /// <summary>To be called when a partition's state has changed.</summary>
    public void Changed()
    {
        HasUnread = false;
        HasRead = false;
        HasUnconfirmed = false;
        HasUnsought = false;
        foreach (var partition in _partitions.Values)
        {
            HasUnread |= partition.StoredOffset is null;
            HasRead |= partition.StoredOffset is not null;
            HasUnconfirmed |= partition.Unconfirmed is not null;
            HasUnsought |= partition.NeedsSeek;
        }
    }
}
