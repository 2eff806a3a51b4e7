using System.Net;
using Gateway.Streams;

namespace Gateway.Proxying;

/// <summary>
/// Answers that fit no request, or not this one. Passed on they would look like a fault of the client's, or of ours; they are
/// the backend's: 502.
/// </summary>
internal static class AnswerRule
{
    private const int LowestStatus = 100;

    /// <exception cref="HttpRequestException">The client cannot be given this answer. YARP takes it for headers that make no sense.</exception>
    public static void Check(HttpContext context, HttpResponseMessage answer)
    {
        if ((int)answer.StatusCode < LowestStatus)
        {
            throw Invalid("a status below 100");
        }

        if (answer.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            if (!StreamRequest.IsUpgrade(context))
            {
                throw Invalid("101 to a request that asked for no upgrade");
            }
        }
        else if (StreamRequest.ExtendedConnect(context) is not null && answer is { IsSuccessStatusCode: true, RequestMessage.Headers.Protocol: null })
        {
            // Over HTTP/2 a success means that the WebSocket is open, and it is not.
            throw Invalid("a success to a request for a WebSocket, without opening it");
        }
    }

    private static HttpRequestException Invalid(string what) => new(HttpRequestError.InvalidResponse, what);
}
