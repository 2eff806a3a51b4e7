namespace Gateway.Cors;

/// <summary>
/// On a route whose backend answers browsers itself we do not know which origins it allows, and a script that may not read
/// our refusal sees a "network error" instead of a 401 or 429. Refusals say nothing about anybody's data, so any origin may
/// read them.
/// </summary>
internal static class ReadableRefusal
{
    public static void Apply(HttpContext context)
    {
        if (context.Request.Headers.Origin is not [{ } origin] || !Preflight.IsBackendRoute(context))
        {
            return;
        }

        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        headers.AccessControlExposeHeaders = ExposedHeaders.Text;
        headers.Vary = "Origin";
    }
}
