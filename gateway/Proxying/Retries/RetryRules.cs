using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Proxying.Retries;

/// <summary>Which requests may be sent a second time. Pure: it looks at what is known and does nothing.</summary>
internal static class RetryRules
{
    /// <summary>
    /// Idempotent (RFC 9110, 9.2.2) and without a body: whatever the first attempt did, the second makes it no different, and
    /// there is nothing to send again that is gone.
    /// </summary>
    public static bool MayBeSentTwice(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)
            || HttpMethods.IsPut(request.Method) || HttpMethods.IsDelete(request.Method))
        && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };

    /// <summary>
    /// The connection failed before there was an answer. Not: a timeout (the backend may still be at work, and the client has
    /// waited long enough), or an answer that makes no sense (it would elsewhere neither).
    /// </summary>
    public static bool MayGoElsewhere(IForwarderErrorFeature failure) => failure.Error switch
    {
        ForwarderError.NoAvailableDestinations => true,
        ForwarderError.Request => (failure.Exception as HttpRequestException)?.HttpRequestError is not
            (HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.UserAuthenticationError),
        _ => false,
    };
}
