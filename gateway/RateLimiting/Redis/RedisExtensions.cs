using Gateway.Hosting.Observability;
using Gateway.Hosting.Startup;

namespace Gateway.RateLimiting.Redis;

/// <summary>Adds Redis: its connection, its scripts, and the count of gateways that share it.</summary>
internal static class RedisExtensions
{
    public static void AddRedis(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(RedisOptions.Read(builder.Configuration));
        builder.Services.AddSingleton<RedisConnection>();
        builder.Services.AddSingleton<RedisMetrics>();
        builder.Services.AddSingleton<RedisScripts>();
        builder.Services.AddSingleton<IDependencyState, RedisState>();
        builder.Services.AddSingleton<LiveGateways>();
        builder.Services.AddHostedService(static provider => provider.GetRequiredService<LiveGateways>());
        builder.Services.AddHostedService<RedisWatch>();
        builder.Services.AddSingleton<IDependency, RedisDependency>();
    }
}
