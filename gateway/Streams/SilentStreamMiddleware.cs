using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Gateway.Streams;

/// <summary>
/// YARP ends whatever was silent for its <c>ActivityTimeout</c>, 100 seconds by default. That is right for a request, and wrong
/// for a stream that waits for something to happen: what is known to become one gets <see cref="StreamOptions.IdleTimeout"/> instead.
/// </summary>
internal sealed class SilentStreamMiddleware(RequestDelegate next, StreamOptions options)
{
    // One copy a cluster, for as long as YARP keeps that cluster's configuration.
    private readonly ConditionalWeakTable<ClusterModel, ClusterModel> _patient = [];

    public Task InvokeAsync(HttpContext context)
    {
        if (StreamRequest.IsUpgrade(context) || StreamRequest.IsGrpc(context.Request) || StreamRequest.AsksForEvents(context.Request))
        {
            var feature = context.GetReverseProxyFeature();
            context.Features.Set<IReverseProxyFeature>(new PatientFeature(feature, _patient.GetValue(feature.Cluster, Patient)));
        }

        return next(context);
    }

    private ClusterModel Patient(ClusterModel cluster) => new(
        cluster.Config with
        {
            HttpRequest = (cluster.Config.HttpRequest ?? ForwarderRequestConfig.Empty) with { ActivityTimeout = options.IdleTimeout },
        },
        cluster.HttpClient);

    private sealed class PatientFeature(IReverseProxyFeature inner, ClusterModel cluster) : IReverseProxyFeature
    {
        public RouteModel Route => inner.Route;

        public ClusterModel Cluster => cluster;

        public IReadOnlyList<DestinationState> AllDestinations => inner.AllDestinations;

        public IReadOnlyList<DestinationState> AvailableDestinations
        {
            get => inner.AvailableDestinations;
            set => inner.AvailableDestinations = value;
        }

        public DestinationState? ProxiedDestination
        {
            get => inner.ProxiedDestination;
            set => inner.ProxiedDestination = value;
        }
    }
}
