using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Gateway.Contracts.Usage;

namespace Gateway.Usage.Journal;

/// <summary>
/// Usage records as bytes: numbers of fixed width, little-endian, then the three texts as UTF-8. So an end is as long as its
/// beginning where the texts are the same.
/// <code>
///   0 i64 sequence      8 i64 time, microseconds since 1970      16 id      32 organization      48 API key      64 request
///  80 i64 units        88 i64 duration     96 i64 backend       104 i64 request bytes           112 i64 response bytes
/// 120 u16 status      122 u8 outcome      123 u8 1 if billable  124 u16 bytes of route          126 u16 bytes of method
/// 128 u16 bytes of path, to 130; then route, method, path
/// </code>
/// </summary>
internal static class UsageRecordCodec
{
    /// <summary>Every record that respects the maxima of <see cref="UsageEventJson"/> fits (3 bytes a UTF-16 character).</summary>
    public const int MaximumBytes = FixedBytes
        + (3 * (UsageEventJson.MaximumRouteLength + UsageEventJson.MaximumMethodLength + UsageEventJson.MaximumPathLength));

    private const int FixedBytes = 130;
    private const int TextLengths = 124;
    private const int LatestOutcome = (int)UsageOutcome.ClientAborted;

    // Whatever a clock can say: an event of a wrong one must not be lost here. Whoever stores events refuses it, and keeps it.
    private static readonly long EarliestMicroseconds = (DateTime.MinValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    private static readonly long LatestMicroseconds = (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Writes a record into <see cref="MaximumBytes"/> bytes; text beyond its maximum is cut, what is no text becomes U+FFFD.</summary>
    /// <returns>How many bytes it took.</returns>
    public static int Write(in UsageRecord record, Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, record.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], (record.Time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
        record.Id.TryWriteBytes(bytes[16..]);
        record.OrganizationId.TryWriteBytes(bytes[32..]);
        record.ApiKeyId.TryWriteBytes(bytes[48..]);
        record.RequestId.TryWriteBytes(bytes[64..]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[80..], record.Units);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[88..], record.DurationMicroseconds);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[96..], record.BackendMicroseconds);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[104..], record.RequestBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[112..], record.ResponseBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[120..], (ushort)record.Status);
        bytes[122] = (byte)record.Outcome;
        bytes[123] = record.Billable ? (byte)1 : (byte)0;

        var length = FixedBytes;
        length += WriteText(record.Route, UsageEventJson.MaximumRouteLength, bytes[length..], bytes[TextLengths..]);
        length += WriteText(record.Method, UsageEventJson.MaximumMethodLength, bytes[length..], bytes[(TextLengths + 2)..]);
        length += WriteText(record.Path, UsageEventJson.MaximumPathLength, bytes[length..], bytes[(TextLengths + 4)..]);
        return length;
    }

    /// <summary>A record's sequence, without reading the rest.</summary>
    public static bool TryReadSequence(ReadOnlySpan<byte> bytes, out long sequence)
    {
        sequence = bytes.Length < FixedBytes ? 0 : BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return sequence > 0;
    }

    /// <summary>Reads what <see cref="Write"/> wrote; false for everything else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out UsageRecord record)
    {
        record = default;
        if (!TryReadSequence(bytes, out var sequence))
        {
            return false;
        }

        var routeBytes = BinaryPrimitives.ReadUInt16LittleEndian(bytes[TextLengths..]);
        var methodBytes = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(TextLengths + 2)..]);
        var pathBytes = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(TextLengths + 4)..]);
        var time = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        var texts = bytes[FixedBytes..];
        if (texts.Length != routeBytes + methodBytes + pathBytes
            || time < EarliestMicroseconds
            || time > LatestMicroseconds
            || bytes[122] > LatestOutcome
            || bytes[123] > 1
            || !Utf8.IsValid(texts))
        {
            return false;
        }

        record = new UsageRecord
        {
            Sequence = sequence,
            Time = new DateTimeOffset((time * TimeSpan.TicksPerMicrosecond) + DateTime.UnixEpoch.Ticks, TimeSpan.Zero),
            Id = new Guid(bytes[16..32]),
            OrganizationId = new Guid(bytes[32..48]),
            ApiKeyId = new Guid(bytes[48..64]),
            RequestId = new Guid(bytes[64..80]),
            Units = BinaryPrimitives.ReadInt64LittleEndian(bytes[80..]),
            DurationMicroseconds = BinaryPrimitives.ReadInt64LittleEndian(bytes[88..]),
            BackendMicroseconds = BinaryPrimitives.ReadInt64LittleEndian(bytes[96..]),
            RequestBytes = BinaryPrimitives.ReadInt64LittleEndian(bytes[104..]),
            ResponseBytes = BinaryPrimitives.ReadInt64LittleEndian(bytes[112..]),
            Status = BinaryPrimitives.ReadUInt16LittleEndian(bytes[120..]),
            Outcome = (UsageOutcome)bytes[122],
            Billable = bytes[123] == 1,
            Route = RecurringText.Of(texts[..routeBytes]),
            Method = RecurringText.Of(texts.Slice(routeBytes, methodBytes)),
            Path = Encoding.UTF8.GetString(texts[(routeBytes + methodBytes)..]),
        };
        return true;
    }

    private static int WriteText(string text, int maximumLength, Span<byte> bytes, Span<byte> length)
    {
        var characters = text.AsSpan(0, Math.Min(text.Length, maximumLength));
        var status = Utf8.FromUtf16(characters, bytes, out _, out var written, replaceInvalidSequences: true, isFinalBlock: true);
        System.Diagnostics.Debug.Assert(status == OperationStatus.Done, "three bytes a character are enough");
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)written);
        return written;
    }
}
