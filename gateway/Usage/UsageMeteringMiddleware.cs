using Gateway.Listening;
using Gateway.Problems;
using Gateway.Requests;
using Gateway.Usage.Counting;
using Gateway.Usage.Journal;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Usage;

/// <summary>Around everything that happens to an authenticated request: counts its bytes and meters it, however it ends.</summary>
internal sealed class UsageMeteringMiddleware(
    RequestDelegate next,
    UsageMeter meter,
    UsageJournal journal,
    JournalOptions journalOptions,
    ListeningOptions listening,
    TimeProvider timeProvider)
{
    private const int RetryAfterSeconds = 5;

    public Task InvokeAsync(HttpContext context)
    {
        // Before the limits: what is not served must not use them up.
        var isLetIn = journal.Room == AppendResult.Written;
        if (isLetIn || journalOptions.WhenFull == FullJournalPolicy.GoOn)
        {
            return MeterAsync(context, new MeteredRequest(context, meter, journal, journalOptions.WhenFull, isLetIn));
        }

        GatewayRequest.Of(context).Outcome = RequestOutcome.MeteringUnavailable;
        return ProblemWriter.WriteAsync(context, Problem.MeteringUnavailable, RetryAfterSeconds);
    }

    private async Task MeterAsync(HttpContext context, MeteredRequest metered)
    {
        var unread = new UnreadAnswer(context, listening.Limits.UnreadTimeout, timeProvider);
        var responseBody = new CountingResponseBody(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), unread);
        context.Features.Set<IHttpResponseBodyFeature>(responseBody);

        CountingRequestBody? requestBody = null;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            requestBody = new CountingRequestBody(context.Request.Body);
            context.Request.Body = requestBody;
        }

        var upgrade = CountingUpgrade.Install(context, unread);
        try
        {
            await next(context);
        }
        finally
        {
            metered.End(
                (requestBody?.Bytes ?? 0) + (upgrade?.RequestBytes ?? 0), responseBody.Bytes + (upgrade?.ResponseBytes ?? 0));
        }
    }
}
