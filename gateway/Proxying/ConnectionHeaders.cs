using System.Collections.Frozen;

namespace Gateway.Proxying;

/// <summary>
/// Headers between two neighbours: those that <c>Connection</c> names end here (RFC 9110, 7.6.1), on both sides.
/// The ones that are always so (<c>Keep-Alive</c>, <c>TE</c>, <c>Proxy-Authorization</c> …) YARP drops itself.
/// </summary>
internal static class ConnectionHeaders
{
    /// <summary>
    /// Options that are no headers, <c>Upgrade</c>, which YARP still has to read, and what a message cannot be without:
    /// nobody may take that off by naming it.
    /// </summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Kept = FrozenSet.ToFrozenSet(
        ["close", "keep-alive", "Connection", "Upgrade", "TE", "Host", "Content-Length", "Transfer-Encoding"],
        StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Takes off what one value of <c>Connection</c> names.</summary>
    public static void RemoveNamed(IHeaderDictionary headers, ReadOnlySpan<char> connection)
    {
        foreach (var part in connection.Split(','))
        {
            var name = connection[part].Trim(" \t");
            if (!name.IsEmpty && !Kept.Contains(name))
            {
                headers.Remove(name.ToString());
            }
        }
    }
}
