using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Proxying.Breakers;

/// <summary>Asks the chosen destination's breaker before a request is sent, and tells it afterwards whether there was an answer.</summary>
internal sealed class BreakerMiddleware(RequestDelegate next, DestinationBreakers breakers)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        var destination = proxy.AvailableDestinations.Count == 0 ? null : proxy.AvailableDestinations[0];
        var breaker = destination is null ? null : breakers.Find(destination);
        var isTrial = false;
        if (breaker is not null && !breaker.Admits(out isTrial))
        {
            await Refusal.RefuseAsync(context);
            return;
        }

        var trial = isTrial ? Trial.Begin(context, breaker!) : null;
        await next(context);

        if (destination is null || Answered(context) is not { } answered)
        {
            return;
        }

        if (trial is not null)
        {
            await trial.EndAsync(answered);
        }
        else if (!answered || breaker is not null)
        {
            await (breaker ?? breakers.FindOrAdd(destination)).ReportAsync(answered, isTrial: false);
        }
    }

    /// <summary>
    /// Whether an answer began, however it ended. Null where the request says nothing of the destination: the client left,
    /// or it was the request's fault.
    /// </summary>
    private static bool? Answered(HttpContext context)
    {
        var error = context.GetForwarderErrorFeature()?.Error ?? ForwarderError.None;
        return error switch
        {
            ForwarderError.None => true,
            _ when context.Response.HasStarted => true,
            ForwarderError.Request or ForwarderError.RequestTimedOut
                or ForwarderError.RequestBodyDestination or ForwarderError.ResponseBodyDestination => false,

            // The route's own time was up before the backend said anything.
            _ => RouteTimeout.IsOver(context) ? false : null,
        };
    }

    /// <summary>A trial succeeds as soon as an answer begins: a WebSocket may stay open for days.</summary>
    private sealed class Trial(DestinationBreaker breaker)
    {
        private int _ended;

        public static Trial Begin(HttpContext context, DestinationBreaker breaker)
        {
            var trial = new Trial(breaker);
            context.Response.OnStarting(static state => ((Trial)state).EndAsync(answered: true).AsTask(), trial);
            return trial;
        }

        public ValueTask EndAsync(bool answered) =>
            Interlocked.Exchange(ref _ended, 1) == 0 ? breaker.ReportAsync(answered, isTrial: true) : default;
    }
}
