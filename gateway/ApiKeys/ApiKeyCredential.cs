using Gateway.Contracts.ApiKeys;

namespace Gateway.ApiKeys;

/// <summary>
/// Finds the API key in a request: <c>Authorization: Bearer …</c> or <c>X-API-Key: …</c>, exactly one of them, exactly once.
/// Anything ambiguous counts as no key, so that two programs on the way can never disagree on who is asking.
/// </summary>
internal static class ApiKeyCredential
{
    public const string HeaderName = "X-API-Key";

    private const string BearerScheme = "Bearer ";
    private const string KeyStart = "sk_";

    /// <summary>The key, well-formed and with a valid checksum, as a part of the header that it stands in: nothing is allocated.</summary>
    public static bool TryRead(HttpRequest request, out ReadOnlySpan<char> key)
    {
        key = default;
        var apiKey = request.Headers[HeaderName];
        var authorization = request.Headers.Authorization;
        if (apiKey.Count + authorization.Count == 0 || apiKey.Count > 1 || authorization.Count > 1)
        {
            return false;
        }

        var isBearer = TryReadBearer(authorization, out var bearer);
        if (isBearer == (apiKey.Count == 1))
        {
            return false;
        }

        key = isBearer ? bearer : apiKey[0];
        return ApiKeyFormat.IsWellFormed(key) && !ContainsKey(request.QueryString);
    }

    /// <summary>Whether neither header is there.</summary>
    public static bool IsAbsent(HttpRequest request) =>
        request.Headers[HeaderName].Count == 0 && request.Headers.Authorization.Count == 0;

    /// <summary>Takes the credential off, so that the backend never sees it. An Authorization that is none of ours stays.</summary>
    public static void Remove(HttpRequest request)
    {
        request.Headers.Remove(HeaderName);
        if (TryReadBearer(request.Headers.Authorization, out _))
        {
            request.Headers.Authorization = default;
        }
    }

    private static bool TryReadBearer(string? authorization, out ReadOnlySpan<char> token)
    {
        token = default;
        if (authorization is null || !authorization.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        token = authorization.AsSpan(BearerScheme.Length);
        return true;
    }

    /// <summary>A key in a URL ends up in logs and browser histories. It is refused so that nobody gets used to it.</summary>
    private static bool ContainsKey(QueryString query)
    {
        var rest = query.Value.AsSpan();
        while (rest.IndexOf(KeyStart, StringComparison.Ordinal) is var start and >= 0)
        {
            rest = rest[start..];
            if (rest.Length >= ApiKeyFormat.Length && ApiKeyFormat.IsWellFormed(rest[..ApiKeyFormat.Length]))
            {
                return true;
            }

            rest = rest[KeyStart.Length..];
        }

        return false;
    }
}
