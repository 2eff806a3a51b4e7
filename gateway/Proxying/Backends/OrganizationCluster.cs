using System.Collections.Frozen;
using System.Net;
using Gateway.Contracts.Backends;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace Gateway.Proxying.Backends;

/// <summary>The cluster of one organization, as YARP wants it.</summary>
internal sealed class OrganizationCluster
{
    private const string IdPrefix = "organization:";
    private const string Http2 = "http2";
    private const int HealthSpreadPercent = 20;

    private static readonly FrozenDictionary<string, string> LoadBalancing = new Dictionary<string, string>
    {
        ["power-of-two-choices"] = LoadBalancingPolicies.PowerOfTwoChoices,
        ["least-requests"] = LoadBalancingPolicies.LeastRequests,
        ["round-robin"] = LoadBalancingPolicies.RoundRobin,
        ["random"] = LoadBalancingPolicies.Random,
        ["first"] = LoadBalancingPolicies.FirstAlphabetical,
    }.ToFrozenDictionary();

    // Without TLS nothing negotiates HTTP/2: who wants it there has to say so.
    private static readonly ForwarderRequestConfig Http2Only = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private RouteModel? _route;
    private int _inFlight;

    private OrganizationCluster(OrganizationBackend backend, string id, ClusterConfig? config)
    {
        Backend = backend;
        Id = id;
        Config = config;
    }

    public OrganizationBackend Backend { get; }

    /// <summary>YARP's id of the cluster.</summary>
    public string Id { get; }

    /// <summary>Null where the backend makes no sense. One that YARP refuses would keep it from taking over any other.</summary>
    public ClusterConfig? Config { get; }

    /// <summary>Never throws; the problem says what is wrong with a backend that cannot be used.</summary>
    public static OrganizationCluster Create(Guid organizationId, OrganizationBackend backend, BackendOptions options, out string? problem)
    {
        var id = $"{IdPrefix}{organizationId}";
        problem = FindProblem(backend);
        return new OrganizationCluster(backend, id, problem is null ? CreateConfig(id, organizationId, backend, options) : null);
    }

    /// <summary>
    /// The route with this cluster in place of its own, so that load balancing keeps its count by organization. Made once
    /// as long as both stay the same.
    /// </summary>
    public RouteModel Reroute(RouteModel route, ClusterState cluster)
    {
        var rerouted = Volatile.Read(ref _route);
        if (rerouted is null || rerouted.Cluster != cluster || rerouted.Config != route.Config || rerouted.Transformer != route.Transformer)
        {
            rerouted = new RouteModel(route.Config, cluster, route.Transformer);
            Volatile.Write(ref _route, rerouted);
        }

        return rerouted;
    }

    /// <summary>Whether one more request may be under way; if so, it has to <see cref="Leave"/>.</summary>
    public bool TryEnter(int maximum)
    {
        if (Interlocked.Increment(ref _inFlight) <= maximum)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _inFlight);

    private static string? FindProblem(OrganizationBackend backend)
    {
        foreach (var address in backend.Addresses)
        {
            if (!BackendAddress.TryParse(address, out _, out var problem))
            {
                return $"an address {problem}";
            }
        }

        return backend.Addresses.IsEmpty ? "it has no address"
            : !LoadBalancing.ContainsKey(backend.LoadBalancing) ? "its load balancing is unknown to this version"
            : backend.HealthPath is { } path && !path.StartsWith('/') ? "its health path does not start with /"
            : backend.TimeoutSeconds <= 0 ? "its timeout is not positive"
            : null;
    }

    private static ClusterConfig CreateConfig(string id, Guid organizationId, OrganizationBackend backend, BackendOptions options)
    {
        var destinations = new Dictionary<string, DestinationConfig>(backend.Addresses.Length);
        for (var index = 0; index < backend.Addresses.Length; index++)
        {
            // The place first, by which "first" sorts. The address, so that another one starts without this one's failures.
            destinations.Add($"{index:00} {backend.Addresses[index]}", new DestinationConfig { Address = backend.Addresses[index] });
        }

        return new ClusterConfig
        {
            ClusterId = id,
            Destinations = destinations,
            LoadBalancingPolicy = LoadBalancing[backend.LoadBalancing],
            HttpRequest = (backend.Protocol == Http2 ? Http2Only : ForwarderRequestConfig.Empty) with
            {
                ActivityTimeout = backend.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : options.ActivityTimeout,
            },
            HealthCheck = backend.HealthPath is null ? null : new HealthCheckConfig
            {
                Active = new ActiveHealthCheckConfig
                {
                    Enabled = true,
                    Path = backend.HealthPath,
                    Interval = Spread(options.HealthInterval, organizationId),
                    Timeout = options.HealthTimeout,
                },
            },
        };
    }

    /// <summary>Up to a fifth longer, always the same for an organization: ten thousand backends are not all asked in the same moment.</summary>
    private static TimeSpan Spread(TimeSpan interval, Guid organizationId) =>
        interval + (interval * ((uint)organizationId.GetHashCode() % HealthSpreadPercent) / 100);
}
