using System.Buffers;
using Gateway.Problems;
using Gateway.Proxying;
using Gateway.Requests;

namespace Gateway.Validation;

/// <summary>
/// Header names are tokens and values have no control characters but tabs (RFC 9110, 5.1 and 5.5): others end a value in some
/// programs and paint on the terminal of whoever reads the log of others.
/// </summary>
internal static class HeaderRule
{
    private const char PseudoHeaderStart = ':';

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Where(static code => code != '\t').Append(0x7F).Select(static code => (char)code)]);

    /// <summary>Goes through the headers once, and notes for later whether some of them are ours to set.</summary>
    public static Problem? Check(IHeaderDictionary headers, GatewayRequest request)
    {
        var hasReserved = false;
        foreach (var (name, values) in headers)
        {
            // Kestrel lists :method and its kin of HTTP/2 too. In HTTP/1.1 no name can start so.
            if (name[0] == PseudoHeaderStart)
            {
                continue;
            }

            if (name.AsSpan().ContainsAnyExcept(TokenCharacters))
            {
                return Problem.MalformedHeader;
            }

            foreach (var value in values)
            {
                if (value.AsSpan().ContainsAny(ControlCharacters))
                {
                    return Problem.MalformedHeader;
                }
            }

            hasReserved |= ReservedHeaders.Contains(name);
        }

        request.HasReservedHeaders = hasReserved;
        return null;
    }
}
