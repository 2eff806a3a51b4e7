using Gateway.Problems;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Listening;

/// <summary>Bodies that Kestrel stopped reading on their way to the backend while the client is still there to be told why.</summary>
internal static class RefusedBody
{
    /// <summary>The refusal; null where the body broke off because the client went away.</summary>
    public static Problem? ProblemOf(HttpContext context, ForwarderError error) =>
        error != ForwarderError.RequestBodyClient || context.RequestAborted.IsCancellationRequested
            ? null
            : context.Response.StatusCode switch
            {
                StatusCodes.Status400BadRequest => Problem.MalformedFraming,
                StatusCodes.Status408RequestTimeout => Problem.BodyTooSlow,
                StatusCodes.Status413PayloadTooLarge => Problem.BodyTooLarge,
                _ => null,
            };
}
