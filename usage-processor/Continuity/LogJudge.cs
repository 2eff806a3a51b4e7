using Gateway.UsageProcessor.Storage;

namespace Gateway.UsageProcessor.Continuity;

/// <summary>
/// Compares what the database says of a partition with what Kafka has. It never takes another log for the one that was read:
/// an offset alone proves nothing once a topic was made anew and has grown past it.
/// </summary>
internal static class LogJudge
{
    public static LogVerdict Judge(StoredOffset stored, LogObservation log)
    {
        if (stored.IsNew)
        {
            // A group begins with what is there. It has lost nothing that it ever could have read.
            return new LogVerdict(log.Begin, null, null);
        }

        if (stored.Next > log.End)
        {
            return Lost(
                log,
                $"the log to reach offset {stored.Next}, which is as far as it is stored",
                $"it ends at {log.End}",
                $"{stored.Next - log.End} messages that are stored are gone from it, and those unread that came after them, whose number is not known");
        }

        if (stored.Next < log.Begin)
        {
            return Lost(
                log, $"the unread messages from offset {stored.Next} on", $"the log begins at {log.Begin}", $"{log.Begin - stored.Next} unread messages are gone");
        }

        // Nothing before it is left to be compared, and nothing unread is gone.
        if (stored.Next == log.Begin)
        {
            return new LogVerdict(stored.Next, stored.Fingerprint, null);
        }

        if (stored.Fingerprint is null || stored.Fingerprint == log.LastRead)
        {
            return new LogVerdict(stored.Next, log.LastRead, null);
        }

        return Lost(
            log,
            $"the message that was stored last at offset {stored.Next - 1}",
            log.LastRead is null ? $"no message at that offset, in a log from {log.Begin} to {log.End}" : $"another message at that offset, in a log from {log.Begin} to {log.End}",
            "messages of the former log that were not read are gone, their number is not known");
    }

    private static LogVerdict Lost(LogObservation log, string expected, string found, string gone) =>
        new(log.Begin, null, new LogLoss(expected, found, gone));
}
