using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.EndToEnd.Tests.Limits.Fleets;

/// <summary>
/// Counts what the gateways let through, by key and route. What was admitted is counted here and not by its answers:
/// those of a gateway that was killed never arrive.
/// </summary>
internal sealed class CountingBackend : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, long[]> _counts = new();
    private readonly WebApplication _application;

    private CountingBackend(WebApplication application) => _application = application;

    public string Address => _application.Urls.Single();

    public static async Task<CountingBackend> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var backend = new CountingBackend(application);
        application.Run(backend.CountAsync);
        await application.StartAsync();
        return backend;
    }

    /// <summary>Requests of a key over the route of that index.</summary>
    public long CountOf(Guid keyId, int route) => _counts.TryGetValue(keyId.ToString(), out var counts) ? Volatile.Read(ref counts[route]) : 0;

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private Task CountAsync(HttpContext context)
    {
        var counts = _counts.GetOrAdd(context.Request.Headers["X-Api-Key-Id"].ToString(), static _ => new long[FleetRoute.All.Length]);
        var route = Array.FindIndex(FleetRoute.All, route => context.Request.Path == route.Path);
        Interlocked.Increment(ref counts[route]);
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
