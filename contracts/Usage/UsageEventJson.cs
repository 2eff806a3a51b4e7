using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gateway.Contracts.Usage;

/// <summary>
/// Reads and writes usage events as UTF-8 JSON. Reading accepts only what the tables can hold without loss,
/// so that an event that was read can always be stored.
/// </summary>
public static class UsageEventJson
{
    /// <summary>The CloudEvents type of <see cref="UsageEvent"/>.</summary>
    public const string Type = "gateway.request.v1";

    /// <summary>Characters of a path that are kept.</summary>
    public const int MaximumPathLength = 512;

    /// <summary>Characters of a method that are kept.</summary>
    public const int MaximumMethodLength = 32;

    /// <summary>Characters of a route's id that are kept.</summary>
    public const int MaximumRouteLength = 200;

    internal const string SpecVersion = "1.0";
    internal const string DataContentType = "application/json";
    internal const int MaximumSourceLength = 200;

    /// <summary>
    /// Of units, bytes, microseconds: a petabyte, 31 years. The ledger adds them up as bigint; a few numbers near that
    /// type's end would make a sum that cannot be stored, and block everything behind it.
    /// </summary>
    private const long MaximumAmount = 1_000_000_000_000_000;

    private static readonly DateTimeOffset Earliest = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly MessageReader<UsageEventEnvelope> Reader =
        new("a usage event", UsageEventJsonContext.Default.UsageEventEnvelope, UsageEventJsonContext.Default.UsageEventData);

    /// <summary>The event as one Kafka message's value. Whoever writes many has a <see cref="UsageEventWriter"/>.</summary>
    public static byte[] Serialize(UsageEvent usageEvent) => new UsageEventWriter().Write(usageEvent).ToArray();

    /// <summary>Reads one message. Fields that this version does not know are ignored.</summary>
    /// <param name="utf8Json">The message's value.</param>
    /// <param name="usageEvent">The event, its time cut to microseconds.</param>
    /// <param name="reason">Why it was refused: names the field, never repeats the message's content.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8Json,
        [NotNullWhen(true)] out UsageEvent? usageEvent,
        [NotNullWhen(false)] out string? reason)
    {
        usageEvent = null;
        if (!Reader.TryRead(utf8Json, out var envelope, out reason))
        {
            return false;
        }

        reason = Refuse(envelope, out var sequence);
        if (reason is not null)
        {
            return false;
        }

        var data = envelope.Data;
        usageEvent = new UsageEvent
        {
            Id = envelope.Id,
            Source = envelope.Source,
            Sequence = sequence,
            Time = CutToMicroseconds(envelope.Time),
            OrganizationId = envelope.Subject,
            ApiKeyId = data.ApiKeyId,
            RequestId = data.RequestId,
            Route = data.Route,
            Method = data.Method,
            Path = data.Path,
            Status = data.Status,
            Outcome = data.Outcome,
            Billable = data.Billable,
            Units = data.Units,
            DurationMicroseconds = data.DurationUs,
            BackendMicroseconds = data.BackendUs,
            RequestBytes = data.RequestBytes,
            ResponseBytes = data.ResponseBytes,
        };
        return true;
    }

    /// <summary>The time in UTC without what is below a microsecond, which PostgreSQL would round.</summary>
    public static DateTimeOffset CutToMicroseconds(DateTimeOffset time)
    {
        var utcTicks = time.UtcTicks;
        return new DateTimeOffset(utcTicks - (utcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
    }

    /// <summary>Whether an event may have this time: 2020 to 2099. Outside, somebody's clock is wrong.</summary>
    public static bool IsTime(DateTimeOffset time) => time >= Earliest && time < Latest;

    internal static bool IsText(string text, int maximumLength) =>
        text.Length > 0 && text.Length <= maximumLength && !text.Contains('\0', StringComparison.Ordinal);

    /// <summary>A sequence as CloudEvents writes it: decimal digits, from 1.</summary>
    internal static bool TryParseSequence(string? text, out long sequence) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out sequence) && sequence >= 1;

    private static string? Refuse(UsageEventEnvelope envelope, out long sequence)
    {
        sequence = 0;
        var data = envelope.Data;
        return envelope switch
        {
            { SpecVersion: not SpecVersion } => $"specversion is not {SpecVersion}",
            { Type: not Type } => $"type is not {Type}",
            { DataContentType: not DataContentType } => $"datacontenttype is not {DataContentType}",
            _ when envelope.Id == Guid.Empty => "id is empty",
            _ when envelope.Subject == Guid.Empty => "subject is empty",
            _ when !TryParseSequence(envelope.Sequence, out sequence) => "sequence is not a number from 1",
            _ when !IsTime(envelope.Time) => "time is outside 2020 to 2099",
            _ when !IsText(envelope.Source, MaximumSourceLength) => Text("source", MaximumSourceLength),
            _ when data.ApiKeyId == Guid.Empty => "data.apiKeyId is empty",
            _ when !IsText(data.Route, MaximumRouteLength) => Text("data.route", MaximumRouteLength),
            _ when !IsText(data.Method, MaximumMethodLength) => Text("data.method", MaximumMethodLength),
            _ when !IsText(data.Path, MaximumPathLength) => Text("data.path", MaximumPathLength),
            _ when data.Status is < 100 or > 999 => "data.status is outside 100 to 999",
            _ when !IsAmount(data.Units) => Amount("data.units"),
            _ when !IsAmount(data.DurationUs) => Amount("data.durationUs"),
            _ when !IsAmount(data.BackendUs) => Amount("data.backendUs"),
            _ when !IsAmount(data.RequestBytes) => Amount("data.requestBytes"),
            _ when !IsAmount(data.ResponseBytes) => Amount("data.responseBytes"),
            _ => null,
        };

        static string Text(string field, int maximum) => $"{field} is empty, longer than {maximum} characters, or has a NUL";
        static string Amount(string field) => $"{field} is outside 0 to {MaximumAmount}";
    }

    private static bool IsAmount(long number) => number is >= 0 and <= MaximumAmount;
}
