using System.Collections.Concurrent;
using System.Text;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Fixtures;

/// <summary>Takes spans over OTLP (HTTP, protobuf), as a collector does.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<byte[]> _batches = [];

    private TraceCollector(WebApplication application)
    {
        _application = application;
        application.MapPost("/v1/traces", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _batches.Enqueue(body.ToArray());
            context.Response.ContentType = "application/x-protobuf";
        });
    }

    /// <summary>Settings with which a gateway sends its spans here, soon.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _application.Urls.Single()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
    ];

    public static async Task<TraceCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new TraceCollector(builder.Build());
        await collector._application.StartAsync();
        return collector;
    }

    /// <summary>Everything that came, once a batch has a span of that trace. Strings and ids stand in it as they are.</summary>
    public async Task<CollectedTraces> ReceiveAsync(string traceId)
    {
        var id = Convert.FromHexString(traceId);
        await Eventually.IsTrueAsync(() => Task.FromResult(_batches.Any(batch => batch.AsSpan().IndexOf(id) >= 0)), $"a span of {traceId}");
        return new CollectedTraces([.. _batches.SelectMany(batch => batch)]);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}

/// <summary>What a collector got.</summary>
internal sealed record CollectedTraces(byte[] Bytes)
{
    public bool Contains(string text) => Bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    public bool ContainsId(string hexadecimal) => Bytes.AsSpan().IndexOf(Convert.FromHexString(hexadecimal)) >= 0;
}
