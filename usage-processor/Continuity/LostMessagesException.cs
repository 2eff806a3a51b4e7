using Gateway.UsageProcessor.Consuming;

namespace Gateway.UsageProcessor.Continuity;

/// <summary>Messages are gone that were never stored, or the log is another one. Somebody has to look at it.</summary>
/// <param name="topic">Whose log it is.</param>
/// <param name="partition">The first partition that is hit.</param>
/// <param name="loss">What of it is gone.</param>
/// <param name="goOnAt">Where it would go on.</param>
/// <param name="others">Other partitions that are hit.</param>
internal sealed class LostMessagesException(string topic, int partition, LogLoss loss, long goOnAt, IReadOnlyCollection<int> others)
    : Exception($"topic {topic}, partition {partition}: expected {loss.Expected}; {loss.Found}")
{
    public string Topic => topic;

    /// <summary>Of several partitions that are hit, the first is described.</summary>
    public static LostMessagesException Of(string topic, IReadOnlyList<(AssignedPartition Partition, LogVerdict Verdict)> lost)
    {
        var (first, verdict) = lost.MinBy(static partition => partition.Partition.Number);
        int[] others = [.. lost.Select(static partition => partition.Partition.Number).Where(number => number != first.Number)];
        return new LostMessagesException(topic, first.Number, verdict.Loss!, verdict.GoOnAt, others);
    }

    public int Partition => partition;

    public LogLoss Loss => loss;

    public long GoOnAt => goOnAt;

    /// <summary>For the line in the log: empty where there are none.</summary>
    public string AndOthers => others.Count == 0 ? string.Empty : $" (and likewise partitions {string.Join(", ", others.Order())})";
}
