using System.Collections.Frozen;
using System.Globalization;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace Gateway.RateLimiting.Limits;

/// <summary>
/// What a route's <c>Metadata</c> says of limits: made once for each route when it is loaded, and the same for all of its
/// requests. <see cref="Proxying.Routes.RouteMetadata"/> lets nothing through that cannot be read here.
/// </summary>
internal sealed class RouteLimits
{
    /// <summary>What a request costs, 1 where nothing is said; 0 is free of limits and of charge.</summary>
    public const string UnitsName = "Units";

    /// <summary>What comes before a method, for what its requests cost.</summary>
    public const string MethodUnitsPrefix = $"{UnitsName}.";

    /// <summary>Units that flow into each organization's bucket over this route in a minute.</summary>
    public const string PerMinuteName = "PerMinute";

    /// <summary>Units that such a bucket holds, as many as flow in where nothing is said.</summary>
    public const string BurstPerMinuteName = "BurstPerMinute";

    /// <summary>Whether that bucket only decides and counts.</summary>
    public const string ShadowLimitName = "ShadowLimit";

    /// <summary>One of <see cref="Outages"/>.</summary>
    public const string WhenRedisIsDownName = "WhenRedisIsDown";

    /// <summary>The most that a request can cost.</summary>
    public const long MaximumUnits = 1_000_000;

    private const long DefaultUnits = 1;

    private readonly long _units;
    private readonly FrozenDictionary<string, long>? _unitsByMethod;

    private RouteLimits(string routeName, IReadOnlyDictionary<string, string>? metadata)
    {
        RouteName = routeName;
        _units = Number(metadata, UnitsName) ?? DefaultUnits;
        _unitsByMethod = UnitsByMethod(metadata);
        if (Number(metadata, PerMinuteName) is { } limit)
        {
            var size = new BucketSize(limit, Number(metadata, BurstPerMinuteName) ?? limit);
            PerMinute = new LimitTerms(size, metadata!.TryGetValue(ShadowLimitName, out var isShadow) && bool.Parse(isShadow));
        }

        WhenRedisIsDown = metadata?.TryGetValue(WhenRedisIsDownName, out var outage) == true ? Outages[outage] : RedisOutage.LocalShare;
    }

    /// <summary>Those of a request that no route has taken.</summary>
    public static RouteLimits None { get; } = new(Observability.RouteName.None, metadata: null);

    /// <summary>The values of <see cref="WhenRedisIsDownName"/>.</summary>
    public static FrozenDictionary<string, RedisOutage> Outages { get; } = new Dictionary<string, RedisOutage>(StringComparer.Ordinal)
    {
        ["local-share"] = RedisOutage.LocalShare,
        ["open"] = RedisOutage.Open,
        ["closed"] = RedisOutage.Closed,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The route's id in the configuration; what <c>rate_limit_configs.route</c> means, and the bucket's name in Redis.</summary>
    public string RouteName { get; }

    /// <summary>Each organization's bucket over this route, where the organization has none of its own for it; null for none.</summary>
    public LimitTerms? PerMinute { get; }

    public RedisOutage WhenRedisIsDown { get; }

    /// <summary>Those of the route that the request takes. Allocates nothing.</summary>
    public static RouteLimits Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<RouteLimits>() ?? None;

    public static RouteLimits Read(RouteConfig route) => new(route.RouteId, route.Metadata);

    /// <summary>Reads what a route says when YARP makes its endpoint, for <see cref="Of"/>.</summary>
    public static void AddTo(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<RouteModel>().FirstOrDefault() is { } route)
        {
            endpoint.Metadata.Add(Read(route.Config));
        }
    }

    /// <summary>What a request with this method costs. A WebSocket over HTTP/2 comes as CONNECT and costs what it costs over HTTP/1.1, as a GET.</summary>
    public long UnitsOf(string method) =>
        _unitsByMethod is not null && _unitsByMethod.TryGetValue(HttpMethods.IsConnect(method) ? HttpMethods.Get : method, out var units)
            ? units
            : _units;

    private static FrozenDictionary<string, long>? UnitsByMethod(IReadOnlyDictionary<string, string>? metadata)
    {
        Dictionary<string, long>? units = null;
        foreach (var (name, value) in metadata ?? FrozenDictionary<string, string>.Empty)
        {
            if (name.StartsWith(MethodUnitsPrefix, StringComparison.Ordinal))
            {
                (units ??= new(StringComparer.Ordinal)).Add(name[MethodUnitsPrefix.Length..], Number(value));
            }
        }

        return units?.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static long? Number(IReadOnlyDictionary<string, string>? metadata, string name) =>
        metadata?.TryGetValue(name, out var value) == true ? Number(value) : null;

    private static long Number(string value) => long.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
}
