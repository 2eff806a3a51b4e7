using System.Diagnostics.Metrics;
using Gateway.Testing;
using Gateway.Testing.Metrics;
using Gateway.UsageProcessor.Observability;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.UsageProcessor.Tests.Infrastructure;

/// <summary>A processor in this process, put together as Program does.</summary>
internal sealed class RunningProcessor : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly MeterListener _listener;
    private long _stored;
    private long _duplicates;
    private bool _isStopped;

    private RunningProcessor(WebApplication application)
    {
        _application = application;
        application.Services.GetRequiredService<ILoggerFactory>().AddProvider(Log);
        var meterFactory = application.Services.GetRequiredService<IMeterFactory>();
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ProcessorMetrics.MeterName
                    && ReferenceEquals(instrument.Meter.Scope, meterFactory)
                    && instrument.Name == "usage_processor.events")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>((_, measurement, tags, _) =>
        {
            switch (tags[0].Value)
            {
                case "stored":
                    Interlocked.Add(ref _stored, measurement);
                    break;
                case "duplicate":
                    Interlocked.Add(ref _duplicates, measurement);
                    break;
            }
        });
        _listener.Start();
    }

    public CapturedLog Log { get; } = new();

    /// <summary>Events that it has stored.</summary>
    public long Stored => Interlocked.Read(ref _stored);

    /// <summary>Copies that it has counted.</summary>
    public long Duplicates => Interlocked.Read(ref _duplicates);

    public IServiceProvider Services => _application.Services;

    /// <summary>Where its management port answers.</summary>
    public Uri Management => new(_application.Urls.Single());

    /// <summary>The settings with which tests run a processor: small waits, a free management port.</summary>
    public static string[] Arguments(string bootstrapServers, string databaseUrl, params string[] settings) =>
    [
        $"--KAFKA_BOOTSTRAP_SERVERS={bootstrapServers}",
        $"--ANALYTICS_DATABASE_URL={databaseUrl}",
        "--Management:Address=127.0.0.1",
        "--Management:Port=0",
        "--Consumer:BatchWaitMilliseconds=20",
        "--Consumer:SessionTimeoutMilliseconds=6000",
        "--Consumer:LossPatienceSeconds=1",
        "--Storage:LongestRetryMilliseconds=200",
        "--Logging:Console:LogLevel:Default=None",
        .. settings,
    ];

    public static async Task<RunningProcessor> StartAsync(string bootstrapServers, UsageDatabase database, params string[] settings)
    {
        var processor = new RunningProcessor(UsageProcessorApplication.Build(Arguments(bootstrapServers, database.Url, settings)));
        await processor._application.StartAsync();
        return processor;
    }

    /// <summary>Its metrics, as Prometheus gets them.</summary>
    public async Task<Scrape> ScrapeAsync()
    {
        using var client = new HttpClient { BaseAddress = Management };
        return await Scrape.OfAsync(client);
    }

    /// <summary>Waits for a line of the log.</summary>
    public Task LoggedAsync(int eventId) => Eventually.IsTrueAsync(() => Task.FromResult(Log.Count(eventId) > 0), $"a line {eventId} in the log");

    /// <summary>As SIGTERM does.</summary>
    public async Task StopAsync()
    {
        _isStopped = true;
        await _application.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
        {
            await StopAsync();
        }

        _listener.Dispose();
        await _application.DisposeAsync();
    }
}
