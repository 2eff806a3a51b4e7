namespace Gateway.UsageProcessor.Backlog;

/// <summary>Adds what tells of events that have not arrived, and of dead letters.</summary>
internal static class BacklogExtensions
{
    public static void AddBacklog(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<BacklogReader>();
        builder.Services.AddSingleton<BacklogMetrics>();
        builder.Services.AddHostedService<BacklogService>();
    }
}
