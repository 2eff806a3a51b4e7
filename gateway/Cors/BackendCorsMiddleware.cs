namespace Gateway.Cors;

/// <summary>
/// On a route whose policy is ours, what the backend says about other origins is dropped, so that the policy is the whole
/// truth. Everything on a route whose backend decides passes as it is.
/// </summary>
internal sealed class BackendCorsMiddleware(RequestDelegate next)
{
    private static readonly string[] OursToSay =
    [
        "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers",
        "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age",
    ];

    public Task InvokeAsync(HttpContext context)
    {
        if (Preflight.IsBackendRoute(context))
        {
            return next(context);
        }

        // Callbacks run last in, first out: this one before that of the framework's CORS middleware, which stands around us.
        context.Response.OnStarting(DropBackendHeadersAsync, context);
        return next(context);
    }

    private static Task DropBackendHeadersAsync(object state)
    {
        var headers = ((HttpContext)state).Response.Headers;
        foreach (var name in OursToSay)
        {
            headers.Remove(name);
        }

        return Task.CompletedTask;
    }
}
