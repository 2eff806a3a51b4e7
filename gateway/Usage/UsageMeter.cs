using Gateway.Contracts.Usage;
using Gateway.Observability;
using Gateway.Requests;

namespace Gateway.Usage;

/// <summary>
/// Mints usage events: id, time and sequence are given once, here. The source is new for every start of a gateway,
/// so its sequence can start from 1 without anything to remember.
/// </summary>
internal sealed class UsageMeter(TimeProvider timeProvider)
{
    private long _sequence;

    /// <summary>Who mints: as in <see cref="UsageEvent.Source"/>.</summary>
    public string Source { get; } = $"gateway/{Guid.CreateVersion7()}";

    /// <summary>The last sequence that was given; 0 where none was.</summary>
    public long LastSequence => Interlocked.Read(ref _sequence);

    /// <summary>The event of a request that has ended, or null where it is not metered.</summary>
    public UsageEvent? Mint(HttpContext context, long requestBytes, long responseBytes)
    {
        var request = GatewayRequest.Of(context);
        if (request.ApiKey is null || Billing.ToUsageOutcome(request.Outcome) is not { } outcome)
        {
            return null;
        }

        // A defect of ours is answered by the log's middleware, after this: nothing has been written yet.
        var status = request.Outcome == RequestOutcome.InternalError && !context.Response.HasStarted
            ? StatusCodes.Status500InternalServerError
            : context.Response.StatusCode;
        return new UsageEvent
        {
            Id = Guid.CreateVersion7(request.ReceivedAt),
            Source = Source,
            Sequence = Interlocked.Increment(ref _sequence),
            Time = UsageEventJson.CutToMicroseconds(request.ReceivedAt),
            OrganizationId = request.ApiKey.OrganizationId,
            ApiKeyId = request.ApiKey.Id,
            RequestId = request.Id,
            Route = RecordedText.Cut(RouteName.Of(context), UsageEventJson.MaximumRouteLength),
            Method = RecordedText.Cut(context.Request.Method, UsageEventJson.MaximumMethodLength),
            Path = RecordedPath.Of(context.Request),
            Status = status,
            Outcome = outcome,
            Billable = Billing.IsBillable(request.Outcome, request.BackendAnswered, status),
            Units = request.Units,
            DurationMicroseconds = Microseconds(timeProvider.GetElapsedTime(request.ReceivedTimestamp)),
            BackendMicroseconds = Microseconds(request.BackendDuration),
            RequestBytes = requestBytes,
            ResponseBytes = responseBytes,
        };
    }

    private static long Microseconds(TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMicrosecond;
}
