using System.Text;

namespace Gateway.SampleBackend;

/// <summary>
/// A backend to try the gateway with: it answers every path with what it received, so that one can see what the
/// gateway adds (X-Organization-Id …) and takes away (the credential). <c>/requests</c> says how many it has got, but for those.
/// </summary>
internal static class Program
{
    private const long MaximumBytes = 1 << 30;
    private const int MaximumDelayMilliseconds = 600_000;

    public static Task Main(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder(arguments);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // What it takes is up to whoever is in front of it.
        builder.WebHost.ConfigureKestrel(static options => options.Limits.MaxRequestBodySize = null);
        var application = builder.Build();
        var requests = 0L;
        application.Use((context, next) =>
        {
            if (context.Request.Path != "/health" && context.Request.Path != "/requests")
            {
                Interlocked.Increment(ref requests);
            }

            return next(context);
        });
        application.Map("/health", static () => "ok");
        application.Map("/requests", () => Interlocked.Read(ref requests));
        application.Map("/status/{code:int:range(200,599)}", static (int code) => Results.StatusCode(code));
        application.Map("/slow", static async (int ms, CancellationToken cancellationToken) =>
        {
            await Task.Delay(Math.Clamp(ms, 0, MaximumDelayMilliseconds), cancellationToken);
            return $"waited {ms} ms";
        });
        application.Map("/bytes/{count:long:range(0,1073741824)}", SendBytesAsync);
        application.Map("/upload", CountBytesAsync);
        application.MapFallback("{**path}", EchoAsync);
        return application.RunAsync();
    }

    private static Task EchoAsync(HttpContext context) => context.Response.WriteAsJsonAsync(new
    {
        context.Request.Method,
        Path = context.Request.Path.Value,
        Query = context.Request.QueryString.Value,
        Headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()),
    });

    private static async Task<long> CountBytesAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var total = 0L;
        while (true)
        {
            var result = await context.Request.BodyReader.ReadAsync(cancellationToken);
            total += result.Buffer.Length;
            context.Request.BodyReader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return total;
            }
        }
    }

    private static async Task SendBytesAsync(HttpContext context, long count, CancellationToken cancellationToken)
    {
        var chunk = Encoding.ASCII.GetBytes(new string('x', 16 * 1024));
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = Math.Min(count, MaximumBytes);
        for (var left = count; left > 0; left -= chunk.Length)
        {
            await context.Response.Body.WriteAsync(chunk.AsMemory(0, (int)Math.Min(left, chunk.Length)), cancellationToken);
        }
    }
}
