using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Gateway.Contracts.Usage;

/// <summary>Reads and writes heartbeats as UTF-8 JSON, as strictly as <see cref="UsageEventJson"/> reads events.</summary>
public static class UsageHeartbeatJson
{
    /// <summary>The CloudEvents type of <see cref="UsageHeartbeat"/>.</summary>
    public const string Type = "gateway.heartbeat.v1";

    private static readonly MessageReader<UsageHeartbeatEnvelope> Reader =
        new("a heartbeat", UsageHeartbeatJsonContext.Default.UsageHeartbeatEnvelope, UsageHeartbeatJsonContext.Default.UsageHeartbeatData);

    /// <summary>The heartbeat as one Kafka message's value.</summary>
    public static byte[] Serialize(UsageHeartbeat heartbeat) => JsonSerializer.SerializeToUtf8Bytes(
        new UsageHeartbeatEnvelope
        {
            SpecVersion = UsageEventJson.SpecVersion,
            Type = Type,
            Id = heartbeat.Id,
            Source = heartbeat.Source,
            Time = heartbeat.Time,
            DataContentType = UsageEventJson.DataContentType,
            Data = new UsageHeartbeatData
            {
                LastSequence = heartbeat.LastSequence,
                Ended = heartbeat.Ended,
                Pending = Pairs(heartbeat.Pending),
                Unanswered = Pairs(heartbeat.Unanswered),
            },
        },
        UsageHeartbeatJsonContext.Default.UsageHeartbeatEnvelope);

    /// <summary>Whether the message calls itself a heartbeat, a well-formed one or not.</summary>
    public static bool Claims(ReadOnlySpan<byte> utf8Json) => MessageText.TryRead(utf8Json, "type"u8, out var type) && type == Type;

    /// <summary>Reads one message. Fields that this version does not know are ignored.</summary>
    /// <param name="utf8Json">The message's value.</param>
    /// <param name="heartbeat">The heartbeat, its time cut to microseconds.</param>
    /// <param name="reason">Why it was refused: names the field, never repeats the message's content.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8Json,
        [NotNullWhen(true)] out UsageHeartbeat? heartbeat,
        [NotNullWhen(false)] out string? reason)
    {
        heartbeat = null;
        if (!Reader.TryRead(utf8Json, out var envelope, out reason))
        {
            return false;
        }

        reason = Refuse(envelope);
        if (reason is not null)
        {
            return false;
        }

        heartbeat = new UsageHeartbeat
        {
            Id = envelope.Id,
            Source = envelope.Source,
            Time = UsageEventJson.CutToMicroseconds(envelope.Time),
            LastSequence = envelope.Data.LastSequence,
            Ended = envelope.Data.Ended,
            Pending = Ranges(envelope.Data.Pending),
            Unanswered = Ranges(envelope.Data.Unanswered),
        };
        return true;
    }

    private static long[][]? Pairs(IReadOnlyList<SequenceRange> ranges) =>
        ranges.Count == 0 ? null : [.. ranges.Select(static range => new[] { range.First, range.Last })];

    private static IReadOnlyList<SequenceRange> Ranges(long[][]? pairs) =>
        pairs is null ? [] : [.. pairs.Select(static pair => new SequenceRange(pair[0], pair[1]))];

    private static string? Refuse(UsageHeartbeatEnvelope envelope) => envelope switch
    {
        { SpecVersion: not UsageEventJson.SpecVersion } => $"specversion is not {UsageEventJson.SpecVersion}",
        { Type: not Type } => $"type is not {Type}",
        { DataContentType: not UsageEventJson.DataContentType } => $"datacontenttype is not {UsageEventJson.DataContentType}",
        _ when envelope.Id == Guid.Empty => "id is empty",
        _ when !UsageEventJson.IsTime(envelope.Time) => "time is outside 2020 to 2099",
        _ when !UsageEventJson.IsText(envelope.Source, UsageEventJson.MaximumSourceLength) =>
            $"source is empty, longer than {UsageEventJson.MaximumSourceLength} characters, or has a NUL",
        { Data.LastSequence: < 0 } => "data.lastSequence is below 0",
        _ when !AreRanges(envelope.Data.Pending, envelope.Data.LastSequence) => NoRanges("data.pending"),
        _ when !AreRanges(envelope.Data.Unanswered, envelope.Data.LastSequence) => NoRanges("data.unanswered"),
        _ => null,
    };

    private static string NoRanges(string field) =>
        $"{field} is no list of at most {UsageHeartbeat.MaximumRanges} ascending ranges from 1 to data.lastSequence";

    private static bool AreRanges(long[][]? pairs, long lastSequence)
    {
        if (pairs is null)
        {
            return true;
        }

        var previous = 0L;
        foreach (var pair in pairs)
        {
            if (pair is not [var first, var last] || first <= previous || last < first || last > lastSequence)
            {
                return false;
            }

            previous = last;
        }

        return pairs.Length <= UsageHeartbeat.MaximumRanges;
    }
}
