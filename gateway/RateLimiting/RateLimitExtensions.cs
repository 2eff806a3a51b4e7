using Gateway.RateLimiting.Leases;
using Gateway.RateLimiting.Redis;

namespace Gateway.RateLimiting;

/// <summary>Adds the limits.</summary>
internal static class RateLimitExtensions
{
    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.AddRedis();
        builder.Services.AddSingleton(RateLimitOptions.Read(builder.Configuration));
        builder.Services.AddSingleton<LimitMetrics>();
        builder.Services.AddSingleton<RateLimiter>();
        builder.Services.AddHostedService<LeaseReturn>();
    }
}
