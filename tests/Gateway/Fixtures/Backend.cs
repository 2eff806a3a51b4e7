using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Fixtures;

/// <summary>A customer's backend: remembers what it was sent and answers as the test wants.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication _application;

    private Backend(WebApplication application) => _application = application;

    public string Address => _application.Urls.Single();

    public ConcurrentQueue<ReceivedRequest> Received { get; } = [];

    public ReceivedRequest Single => Assert.Single(Received);

    public static Task<Backend> StartAsync() => StartAsync(context => context.Response.WriteAsync("hello"));

    public static async Task<Backend> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var application = builder.Build();
        var backend = new Backend(application);
        application.Run(async context =>
        {
            backend.Received.Enqueue(new ReceivedRequest(
                context.Request.Method,
                context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            await answer(context);
        });
        await application.StartAsync();
        return backend;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}

/// <summary>What the backend saw of a request.</summary>
internal sealed record ReceivedRequest(string Method, string Target, Dictionary<string, string> Headers);
