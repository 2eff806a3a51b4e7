using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Cors;
using Gateway.RateLimiting;
using Gateway.Requests;

namespace Gateway.Problems;

/// <summary>The one place that turns a <see cref="Problem"/> into an answer.</summary>
internal static class ProblemWriter
{
    private const string ContentType = "application/problem+json";
    private const string BearerChallenge = "Bearer";
    private const int InitialBodySize = 512;

    // The answer is no HTML: quotation marks in a detail stay readable.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync(HttpContext context, Problem problem, int? retryAfterSeconds = null) =>
        WriteAsync(context, problem, retryAfterSeconds, default);

    /// <summary>The refusal of a limit.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem, in LimitDecision decision) =>
        WriteAsync(context, problem, decision.RetryAfterSeconds, decision);

    private static Task WriteAsync(HttpContext context, Problem problem, int? retryAfterSeconds, in LimitDecision decision)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = BearerChallenge;
        }

        if (retryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        ReadableRefusal.Apply(context);
        var body = new ArrayBufferWriter<byte>(InitialBodySize);
        using (var writer = new Utf8JsonWriter(body, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("type", problem.Type);
            writer.WriteString("title", problem.Title);
            writer.WriteNumber("status", problem.Status);
            writer.WriteString("detail", problem.Detail);
            writer.WriteString("requestId", GatewayRequest.Of(context).Id);
            if (decision.Limits is not null)
            {
                var limit = decision.Limits.Limits[decision.RefusedBy];
                writer.WriteString("limit", limit.Name);
                writer.WriteNumber("limitUnits", limit.Size.Limit);
                writer.WriteNumber("windowSeconds", limit.WindowSeconds);
                writer.WriteNumber("remainingUnits", decision.States[decision.RefusedBy].Remaining);
                writer.WriteNumber("costUnits", decision.Units);
            }

            if (retryAfterSeconds is not null)
            {
                writer.WriteNumber("retryAfterSeconds", retryAfterSeconds.Value);
            }

            writer.WriteEndObject();
        }

        response.ContentLength = body.WrittenCount;
        return response.Body.WriteAsync(body.WrittenMemory).AsTask();
    }
}
