using System.Runtime.CompilerServices;
using Gateway.Proxying.Backends;
using Gateway.Proxying.Breakers;
using Microsoft.AspNetCore.Http.Features;
using Polly;
using Polly.Retry;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Gateway.Proxying.Retries;

/// <summary>
/// Sends a request to a destination that is expected to answer, and where it may be sent twice, to another one when that
/// fails before anything came back. It stays one request: one id, one usage event, one answer.
/// </summary>
internal sealed class RetryMiddleware
{
    private readonly RequestDelegate _next;
    private readonly DestinationBreakers _breakers;
    private readonly BackendOptions _options;
    private readonly ResiliencePipeline<bool>? _retry;
    private readonly ConditionalWeakTable<ClusterState, RetryBudget> _budgets = [];
    private readonly ConditionalWeakTable<ClusterState, RetryBudget>.CreateValueCallback _createBudget;

    public RetryMiddleware(RequestDelegate next, DestinationBreakers breakers, BackendOptions options, TimeProvider timeProvider)
    {
        _next = next;
        _breakers = breakers;
        _options = options;
        _createBudget = _ => new RetryBudget(timeProvider);
        _retry = options.Retries == 0 ? null : new ResiliencePipelineBuilder<bool> { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions<bool>
            {
                MaxRetryAttempts = options.Retries,
                Delay = TimeSpan.Zero, // It goes elsewhere: there is nothing to wait for.
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result),
            })
            .Build();
    }

    public Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        proxy.AvailableDestinations = _breakers.WithoutOpen(proxy.AvailableDestinations);
        return proxy.AvailableDestinations.Count switch
        {
            0 => Refusal.RefuseAsync(context),
            > 1 when _retry is not null && RetryRules.MayBeSentTwice(context.Request) => RetryAsync(context, proxy),
            _ => _next(context),
        };
    }

    private async Task RetryAsync(HttpContext context, IReverseProxyFeature proxy)
    {
        var budget = _budgets.GetValue(proxy.Route.Cluster!, _createBudget);
        budget.AddRequest();
        var attempts = new Attempts(context, proxy.AvailableDestinations, budget);
        var polly = ResilienceContextPool.Shared.Get();
        try
        {
            await _retry!.ExecuteAsync(
                static async (_, state) =>
                {
                    var (middleware, attempts) = state;
                    await middleware._next(attempts.Context);
                    return attempts.Count++ < middleware._options.Retries && attempts.TryPrepareNext();
                },
                polly,
                (this, attempts));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(polly);
        }
    }

    private sealed class Attempts(HttpContext context, IReadOnlyList<DestinationState> untried, RetryBudget budget)
    {
        private IReadOnlyList<DestinationState> _untried = untried;

        public HttpContext Context => context;

        public int Count { get; set; }

        /// <summary>Whether there is a reason for another attempt, a place for it and leave; if so, the request looks as before the first.</summary>
        public bool TryPrepareNext()
        {
            if (context.GetForwarderErrorFeature() is not { } failure
                || context.Response.HasStarted
                || context.RequestAborted.IsCancellationRequested
                || !RetryRules.MayGoElsewhere(failure))
            {
                return false;
            }

            var proxy = context.GetReverseProxyFeature();
            var failed = proxy.ProxiedDestination ?? (proxy.AvailableDestinations.Count == 0 ? null : proxy.AvailableDestinations[0]);
            _untried = [.. _untried.Where(destination => destination != failed)];
            if (_untried.Count == 0 || !budget.TryTake())
            {
                return false;
            }

            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.Headers.Clear(); // Session affinity has named the destination that failed.
            context.Response.StatusCode = StatusCodes.Status200OK;
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;
            proxy.ProxiedDestination = null;
            proxy.AvailableDestinations = _untried;
            return true;
        }
    }
}
