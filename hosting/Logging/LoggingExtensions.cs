using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Hosting.Logging;

/// <summary>Adds logs as JSON lines on standard output, and nothing else.</summary>
internal static class LoggingExtensions
{
    public static void AddJsonLines(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<JsonLineLoggerProvider>();
        builder.Services.AddSingleton<ILoggerProvider>(static services => services.GetRequiredService<JsonLineLoggerProvider>());

        // With it ASP.NET begins an activity and a scope for every request, whether anybody wants them or not.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    }
}
