using Gateway.Hosting;
using Gateway.Hosting.Health;
using Gateway.Hosting.Observability;
using Gateway.UsageProcessor.Audit;
using Gateway.UsageProcessor.Backlog;
using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.DeadLetters;
using Gateway.UsageProcessor.Deduplication;
using Gateway.UsageProcessor.Observability;
using Gateway.UsageProcessor.Retention;
using Gateway.UsageProcessor.Storage;

namespace Gateway.UsageProcessor;

/// <summary>
/// The process: takes usage events from Kafka and stores each exactly once. The parts, in the order that an event meets them.
/// </summary>
internal static class UsageProcessorApplication
{
    private const int ManagementPort = 8082;

    /// <exception cref="Hosting.Settings.SettingException">A setting makes no sense.</exception>
    public static WebApplication Build(string[] arguments)
    {
        var builder = ServiceHost.CreateBuilder(arguments, "usage-processor", ProcessorMetrics.Names, ManagementPort);
        builder.AddConsuming();
        builder.AddDeduplication();
        builder.AddDeadLetters();
        builder.AddStorage();
        builder.AddRetention();
        builder.AddAudit();
        builder.AddBacklog();
        builder.Services.AddSingleton<ProcessorMetrics>();

        var application = builder.Build();
        application.UseHealth();
        application.UseMetrics();
        return application;
    }
}
