using System.Runtime.InteropServices;
using Gateway.Contracts.Usage;

namespace Gateway.Usage.Journal;

/// <summary>A <see cref="UsageEvent"/> without its source, on the stack: a request writes two of them and leaves no garbage.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UsageRecord
{
    public required Guid Id { get; init; }

    public required long Sequence { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required Guid OrganizationId { get; init; }

    public required Guid ApiKeyId { get; init; }

    public required Guid RequestId { get; init; }

    public required string Route { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public required int Status { get; init; }

    public required UsageOutcome Outcome { get; init; }

    public required bool Billable { get; init; }

    public required long Units { get; init; }

    /// <summary>In a beginning: so far.</summary>
    public required long DurationMicroseconds { get; init; }

    public required long BackendMicroseconds { get; init; }

    public required long RequestBytes { get; init; }

    public required long ResponseBytes { get; init; }

    /// <summary>The event as it is published.</summary>
    public UsageEvent ToEvent(string source) => new()
    {
        Id = Id,
        Source = source,
        Sequence = Sequence,
        Time = Time,
        OrganizationId = OrganizationId,
        ApiKeyId = ApiKeyId,
        RequestId = RequestId,
        Route = Route,
        Method = Method,
        Path = Path,
        Status = Status,
        Outcome = Outcome,
        Billable = Billable,
        Units = Units,
        DurationMicroseconds = DurationMicroseconds,
        BackendMicroseconds = BackendMicroseconds,
        RequestBytes = RequestBytes,
        ResponseBytes = ResponseBytes,
    };
}
