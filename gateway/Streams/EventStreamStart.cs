using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Gateway.Streams;

/// <summary>
/// Server-sent events, known by the content type of the answer. Its headers go out at once: YARP would keep them until the
/// first event, and a browser does not count as connected before it has them.
/// </summary>
internal static class EventStreamStart
{
    public static void Add(TransformBuilderContext builder)
    {
        var streams = builder.Services.GetRequiredService<OpenStreams>();
        builder.AddResponseTransform(response => OnAnswered(response.HttpContext, streams));
    }

    private static ValueTask OnAnswered(HttpContext context, OpenStreams streams)
    {
        if (!StreamRequest.IsEventStream(context.Response))
        {
            return ValueTask.CompletedTask;
        }

        streams.Add(context);
        return new ValueTask(context.Response.Body.FlushAsync(context.RequestAborted));
    }
}
