using Gateway.Contracts.Usage;
using Gateway.Observability;
using Gateway.Requests;
using Gateway.Usage.Journal;

namespace Gateway.Usage;

/// <summary>
/// Mints usage events: id, time and sequence are given once, here. The source is new for every start of a gateway,
/// so its sequence can start from 1 without anything to remember.
/// </summary>
internal sealed class UsageMeter(TimeProvider timeProvider, UnmeteredRequests unmetered)
{
    private long _sequence;

    /// <summary>The last sequence that was given; 0 where none was.</summary>
    public long LastSequence => Interlocked.Read(ref _sequence);

    /// <summary>The event of a request as far as it has got. False where it is not metered: nobody would pay for it.</summary>
    public bool TryMint(HttpContext context, RequestOutcome outcome, bool backendAnswered, out UsageRecord record)
    {
        var request = GatewayRequest.Of(context);
        if (request.ApiKey is null || Billing.ToUsageOutcome(outcome) is not { } usageOutcome)
        {
            record = default;
            return false;
        }

        // A defect of ours is answered by the log's middleware, after this.
        var status = outcome == RequestOutcome.InternalError && !context.Response.HasStarted
            ? StatusCodes.Status500InternalServerError
            : context.Response.StatusCode;
        record = new UsageRecord
        {
            Id = UuidVersion7.Create(request.ReceivedAt),
            Time = UsageEventJson.CutToMicroseconds(request.ReceivedAt),
            OrganizationId = request.ApiKey.OrganizationId,
            ApiKeyId = request.ApiKey.Id,
            RequestId = request.Id,
            Route = RecordedText.Cut(RouteName.Of(context), UsageEventJson.MaximumRouteLength),
            Method = RecordedText.Cut(context.Request.Method, UsageEventJson.MaximumMethodLength),
            Path = RecordedPath.Of(context.Request),
            Status = status,
            Outcome = usageOutcome,
            Billable = Billing.IsBillable(outcome, backendAnswered, status),
            Units = request.Units,
            DurationMicroseconds = Microseconds(timeProvider.GetElapsedTime(request.ReceivedTimestamp)),
            BackendMicroseconds = Microseconds(request.BackendDuration),
            RequestBytes = 0,
            ResponseBytes = 0,

            // Last: what fails before leaves no hole.
            Sequence = Interlocked.Increment(ref _sequence),
        };
        return true;
    }

    /// <summary>The same event once the request is over: what was known when its answer left may have turned out otherwise.</summary>
    public UsageRecord Complete(in UsageRecord begun, GatewayRequest request) => begun with
    {
        Outcome = Billing.ToUsageOutcome(request.Outcome) ?? begun.Outcome,
        Billable = Billing.IsBillable(request.Outcome, request.BackendAnswered, begun.Status),
        DurationMicroseconds = Microseconds(timeProvider.GetElapsedTime(request.ReceivedTimestamp)),
        BackendMicroseconds = Microseconds(request.BackendDuration),
    };

    /// <summary>A request that goes on without an event: its sequence, which is returned, is missing for good, and so it is seen.</summary>
    public long Skip()
    {
        var sequence = Interlocked.Increment(ref _sequence);
        CountUnmetered();
        return sequence;
    }

    /// <summary>A request that goes on although its event could not be kept.</summary>
    public void CountUnmetered() => unmetered.Count();

    private static long Microseconds(TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMicrosecond;
}
