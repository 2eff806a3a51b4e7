using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Chaos.Stack;

/// <summary>Does what the last segment of the path says: <c>ok</c>, <c>status-404</c>, <c>slow-200</c>, <c>bytes-5000</c>, <c>stream-1000</c>, <c>broken</c>.</summary>
internal sealed class ChaosBackend : IAsyncDisposable
{
    private const int StreamParts = 10;

    private static readonly byte[] Part = new byte[8 * 1024];

    private readonly WebApplication _application;

    private ChaosBackend(WebApplication application) => _application = application;

    public string Address => _application.Urls.Single();

    public static async Task<ChaosBackend> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        application.Run(AnswerAsync);
        await application.StartAsync();
        return new ChaosBackend(application);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var parts = path[(path.LastIndexOf('/') + 1)..].Split('-');
        var number = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        switch (parts[0])
        {
            case "status":
                context.Response.StatusCode = number;
                context.Response.ContentLength = 0;
                break;
            case "slow":
                await Task.Delay(number, context.RequestAborted);
                await context.Response.WriteAsync("slow");
                break;
            case "bytes":
                context.Response.ContentLength = number;
                for (var left = number; left > 0; left -= Part.Length)
                {
                    await context.Response.Body.WriteAsync(Part.AsMemory(0, Math.Min(left, Part.Length)), context.RequestAborted);
                }

                break;
            case "stream":
                for (var part = 0; part < StreamParts; part++)
                {
                    await context.Response.Body.WriteAsync(Part.AsMemory(0, 100), context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    await Task.Delay(number / StreamParts, context.RequestAborted);
                }

                break;
            case "broken":
                context.Response.ContentLength = Part.Length;
                await context.Response.Body.WriteAsync(Part.AsMemory(0, 100), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                break;
            default:
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                await context.Response.WriteAsync("ok");
                break;
        }
    }
}
