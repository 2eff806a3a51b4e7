using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Transparency;

/// <summary>A backend that many tests share: each says what happens under a path of its own. HTTP/1.1 on one port, HTTP/2 on another.</summary>
internal sealed class AnsweringBackend : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new(StringComparer.Ordinal);

    private AnsweringBackend(WebApplication application) => _application = application;

    public string Http1Address => _application.Urls.First();

    public string Http2Address => _application.Urls.Last();

    public static async Task<AnsweringBackend> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
        });
        var application = builder.Build();
        var backend = new AnsweringBackend(application);
        application.UseWebSockets();
        application.Run(context => backend._answers[Name(context.Request.Path)](context));
        await application.StartAsync();
        return backend;
    }

    /// <summary>The name of the answer, to be the path's second segment.</summary>
    public string Add(RequestDelegate answer)
    {
        var name = Guid.NewGuid().ToString("N");
        _answers[name] = answer;
        return name;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static string Name(PathString path) => path.Value!.Split('/')[2];
}
