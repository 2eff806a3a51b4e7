using Gateway.Contracts;
using Gateway.Hosting.Settings;
using Gateway.Hosting.Startup;
using Gateway.RateLimiting.Redis;
using StackExchange.Redis;

namespace Gateway.RateLimiting;

/// <summary>Adds the limits.</summary>
internal static class RateLimitExtensions
{
    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        var options = ParseUrl(builder.Configuration.Required(EnvironmentVariables.RedisUrl, "redis://[[user:]password@]host[:port][/database]"));
        builder.Services.AddSingleton(RateLimitOptions.Read(builder.Configuration));
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(options));
        builder.Services.AddSingleton<RedisRateLimiter>();
        builder.Services.AddSingleton<LocalRateLimiter>();
        builder.Services.AddSingleton<RateLimiter>();
        builder.Services.AddSingleton<IDependency, RedisDependency>();
    }

    private static ConfigurationOptions ParseUrl(string url)
    {
        try
        {
            return RedisUrl.Parse(url);
        }
        catch (FormatException exception)
        {
            throw new SettingException(EnvironmentVariables.RedisUrl, exception.Message);
        }
    }
}
