using System.Buffers;
using System.Collections.Frozen;
using Gateway.ApiKeys;

namespace Gateway.Proxying;

/// <summary>
/// Headers that a backend believes because they come from us: who asks, from where, for what. A client's own are dropped,
/// whatever their spelling.
/// </summary>
internal static class ReservedHeaders
{
    private const string ForwardedPrefix = "X-Forwarded-";

    /// <summary>X-Original-URL and its kin: another path or host than the one that was routed and checked.</summary>
    private const string OriginalPrefix = "X-Original-";

    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
        [
            BackendHeaders.OrganizationId, BackendHeaders.ApiKeyId, BackendHeaders.RequestId,
            BackendHeaders.TraceParent, BackendHeaders.TraceState,

            // The client's address, as proxies and content networks call it.
            "Forwarded", "X-Forwarded", "Forwarded-For", "X-Real-IP", "X-Client-IP", "Client-IP", "True-Client-IP",
            "X-True-Client-IP", "X-Cluster-Client-IP", "X-Originating-IP", "X-Remote-IP", "X-Remote-Addr", "X-ProxyUser-IP",
            "CF-Connecting-IP", "CF-Connecting-IPv6", "CF-Pseudo-IPv4", "Fastly-Client-IP", "Fly-Client-IP", "X-Azure-ClientIP",
            "X-Azure-SocketIP", "X-Appengine-User-IP", "X-Envoy-External-Address", "WL-Proxy-Client-IP", "Proxy-Client-IP",

            "X-Rewrite-URL", "X-Host",

            // CGI turns it into HTTP_PROXY, which programs take for their proxy (httpoxy).
            "Proxy",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>What a header's name may have besides letters and digits, and <c>-</c>.</summary>
    private static readonly SearchValues<char> Marks = SearchValues.Create("!#$%&'*+._`^|~");

    /// <summary>Whether only we may set it. The credential counts where it is misspelled: the real one is taken off anyway.</summary>
    public static bool Contains(string name) =>
        name.AsSpan().ContainsAny(Marks) ? ContainsLookalike(name) : IsReserved(name);

    public static void Remove(IHeaderDictionary headers)
    {
        List<string> found = [];
        foreach (var (name, _) in headers)
        {
            if (Contains(name))
            {
                found.Add(name);
            }
        }

        foreach (var name in found)
        {
            headers.Remove(name);
        }
    }

    /// <summary>CGI, WSGI and PHP read X_Organization_Id, some of them X.Organization.Id too, as X-Organization-Id.</summary>
    private static bool ContainsLookalike(string name)
    {
        var plain = string.Create(name.Length, name, static (characters, source) =>
        {
            source.CopyTo(characters);
            characters.ReplaceAny(Marks, '-');
        });
        return IsReserved(plain) || plain.Equals(ApiKeyCredential.HeaderName, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsReserved(string name) =>
        name.StartsWith(ForwardedPrefix, StringComparison.OrdinalIgnoreCase)
        || name.StartsWith(OriginalPrefix, StringComparison.OrdinalIgnoreCase)
        || Names.Contains(name);
}
