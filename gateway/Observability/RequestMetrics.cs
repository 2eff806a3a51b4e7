using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Gateway.Hosting.Observability;
using Gateway.Requests;
using Gateway.Usage;

namespace Gateway.Observability;

/// <summary>All requests, by what became of them, and whose time they took: ours or the backend's.</summary>
internal sealed class RequestMetrics
{
    // By hundreds of the status; 0 where nobody saw one.
    private static readonly KeyValuePair<string, object?>[] StatusClassTags =
        Array.ConvertAll(["none", "1xx", "2xx", "3xx", "4xx", "5xx"], static name => new KeyValuePair<string, object?>("status_class", name));

    private static readonly KeyValuePair<string, object?>[] OutcomeTags = Array.ConvertAll(
        Enum.GetValues<RequestOutcome>(), static outcome => new KeyValuePair<string, object?>("outcome", outcome.Name()));

    // By route: as many as the configuration has.
    private readonly ConcurrentDictionary<string, LabelledCounts> _requests = new();
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _overhead;
    private readonly Histogram<double> _backend;
    private int _active;

    public RequestMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(GatewayMeter.Name);
        meter.CreateObservableCounter(
            "gateway.requests",
            () => _requests.Values.SelectMany(static counts => counts.Measure()),
            "{request}",
            "Requests that have ended: their route, what became of them, and the class of their status.");
        meter.CreateObservableGauge(
            "gateway.requests.active", () => Volatile.Read(ref _active), "{request}", "Requests that have begun and not ended.");
        _duration = meter.CreateHistogram(
            "gateway.request.duration", "s", "From a request's headers to the end of its answer.", tags: null, LatencyBuckets.Advice);
        _overhead = meter.CreateHistogram(
            "gateway.overhead.duration", "s", "Time that a request spent in the gateway, without its backend's.", tags: null, LatencyBuckets.Advice);
        _backend = meter.CreateHistogram(
            "gateway.backend.duration", "s", "From handing a request over to the end of its backend's answer, by route.", tags: null, LatencyBuckets.Advice);
    }

    /// <summary>A request has come: <see cref="Ended"/> has to follow.</summary>
    public void Began() => Interlocked.Increment(ref _active);

    /// <summary>A request has ended.</summary>
    /// <param name="request">Which one.</param>
    /// <param name="route">The route that it took.</param>
    /// <param name="status">What was answered.</param>
    /// <param name="duration">Since it came.</param>
    public void Ended(GatewayRequest request, string route, int status, TimeSpan duration)
    {
        Interlocked.Decrement(ref _active);
        _requests.GetOrAdd(route, CountsOf).Add(((int)request.Outcome * StatusClassTags.Length) + StatusClassOf(status));
        _duration.Record(duration.TotalSeconds);
        _overhead.Record((duration - request.BackendDuration).TotalSeconds);
        if (request.BackendDuration > TimeSpan.Zero)
        {
            _backend.Record(request.BackendDuration.TotalSeconds, new KeyValuePair<string, object?>("route", route));
        }
    }

    private static LabelledCounts CountsOf(string route)
    {
        var routeTag = new KeyValuePair<string, object?>("route", route);
        return new LabelledCounts(
            OutcomeTags.Length * StatusClassTags.Length,
            index => [routeTag, OutcomeTags[index / StatusClassTags.Length], StatusClassTags[index % StatusClassTags.Length]]);
    }

    /// <summary>A client that had gone saw no status, whatever the log says.</summary>
    private static int StatusClassOf(int status) =>
        status == Billing.ClientClosedRequest || status / 100 >= StatusClassTags.Length ? 0 : status / 100;
}
