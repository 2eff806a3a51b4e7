using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gateway.Validation;

/// <summary>Reads a path character by character, decoding it once as servers do. Only for the few paths that are not plain.</summary>
internal ref struct PathScan(ReadOnlySpan<char> path)
{
    private const int EscapeLength = 3;
    private const int LongestRune = 4;
    private const int NoDotSegment = -1;

    private readonly ReadOnlySpan<char> _path = path;
    private int _position;

    // Of the segment that is being read: its dots so far if it is nothing but dots, and what stands around them.
    private int _dots = NoDotSegment;
    private bool _hasParameters;
    private bool _startsEncoded;

    /// <summary>Whether there were escapes of which the decoded path does not tell: <c>%2f</c>, <c>%25</c>.</summary>
    public bool HasLastingEscapes { get; private set; }

    /// <summary>Whether there were <c>.</c> and <c>..</c>, which Kestrel has resolved: what was routed on is not what was sent.</summary>
    public bool HasDotSegments { get; private set; }

    /// <summary>Reads it all; false if it has to be refused.</summary>
    public bool Run()
    {
        while (_position < _path.Length)
        {
            var character = _path[_position];
            if (character == '%' ? !ReadEscape() : !Read(character, isEncoded: false))
            {
                return false;
            }
        }

        // Both at once leave no way to forward what was routed on without changing what an escape means.
        return EndSegment(isEncoded: false) && !(HasDotSegments && HasLastingEscapes);
    }

    private bool ReadEscape()
    {
        if (!TryDecode(_position, out var octet))
        {
            return false;
        }

        return octet < 0x80 ? Read((char)octet, isEncoded: true) : ReadRune();
    }

    /// <summary>Beyond ASCII only well-formed UTF-8 has one meaning; overlong forms are how slashes and dots are hidden.</summary>
    private bool ReadRune()
    {
        Span<byte> octets = stackalloc byte[LongestRune];
        var count = 0;
        while (count < LongestRune && TryDecode(_position + (count * EscapeLength), out octets[count]))
        {
            count++;
        }

        if (Rune.DecodeFromUtf8(octets[..count], out var rune, out var consumed) != OperationStatus.Done)
        {
            return false;
        }

        _position += consumed * EscapeLength;
        EndDots();
        return !Rune.IsControl(rune);
    }

    private bool Read(char character, bool isEncoded)
    {
        _position += isEncoded ? EscapeLength : 1;
        HasLastingEscapes |= isEncoded && character is '/' or '%';
        switch (character)
        {
            case '/':
                return EndSegment(isEncoded);
            case '\\':
                return false; // A separator on some servers.
            case '.':
                _dots += _dots == NoDotSegment || _hasParameters ? 0 : 1;
                return true;
            case ';':
                _hasParameters = true; // Servlet containers cut "..;x" down to "..".
                return true;
            default:
                EndDots();
                return !char.IsControl(character);
        }
    }

    private void EndDots()
    {
        if (!_hasParameters)
        {
            _dots = NoDotSegment;
        }
    }

    /// <summary>A dot segment that only some servers see, by decoding further or by cutting, is refused.</summary>
    private bool EndSegment(bool isEncoded)
    {
        if (_dots is 1 or 2)
        {
            if (isEncoded || _startsEncoded || _hasParameters)
            {
                return false;
            }

            HasDotSegments = true;
        }

        _dots = 0;
        _hasParameters = false;
        _startsEncoded = isEncoded;
        return true;
    }

    private readonly bool TryDecode(int position, out byte octet)
    {
        octet = 0;
        return position + EscapeLength <= _path.Length
            && _path[position] == '%'
            && byte.TryParse(
                _path.Slice(position + 1, EscapeLength - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out octet);
    }
}
