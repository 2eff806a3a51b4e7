using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Gateway.LoadTests.Wire;

/// <summary>
/// Finds where an answer ends, however it arrives: with a length, in chunks, without a body, or with the end of its
/// connection (RFC 9112, section 6.3). Looks at nothing else but its status; allocates nothing.
/// </summary>
internal struct AnswerReader
{
    private const int StatusStart = 9;
    private const int StatusLength = 3;
    private const int FirstFinalStatus = 200;
    private const int NoContent = 204;
    private const int NotModified = 304;
    private const int LineEnd = 2;

    private Part _part;
    private long _left;

    private enum Part
    {
        Head,
        Body,
        ChunkSize,
        Chunk,
        Trailers,
        UntilClosed,
        Ended,
        Malformed,
    }

    /// <summary>The answer's status once its headers are read.</summary>
    public int Status { get; private set; }

    /// <summary>Whether the server said that it would close the connection behind this answer.</summary>
    public bool Closes { get; private set; }

    /// <summary>Whether all of the answer is there.</summary>
    public readonly bool HasEnded => _part == Part.Ended;

    /// <summary>Whether what came is no answer.</summary>
    public readonly bool IsMalformed => _part == Part.Malformed;

    /// <summary>Whether the end of the connection is the end of this answer.</summary>
    public readonly bool EndsWithConnection => _part == Part.UntilClosed;

    /// <summary>Reads on; answers how many of these bytes are done with. The others have to come again, with more behind them.</summary>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        var read = 0;
        while (true)
        {
            var step = Step(bytes[read..]);
            read += step;
            if (step == 0 || _part is Part.Ended or Part.Malformed)
            {
                return read;
            }
        }
    }

    private int Step(ReadOnlySpan<byte> bytes) => _part switch
    {
        Part.Head => ReadHead(bytes),
        Part.Body or Part.Chunk => Skip(bytes),
        Part.ChunkSize => ReadChunkSize(bytes),
        Part.Trailers => ReadTrailer(bytes),
        Part.UntilClosed => bytes.Length,
        _ => 0,
    };

    private int ReadHead(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return 0;
        }

        var head = bytes[..(end + LineEnd)];
        if (!head.StartsWith("HTTP/1."u8) || head.Length < StatusStart + StatusLength
            || !Utf8Parser.TryParse(head.Slice(StatusStart, StatusLength), out int status, out var digits) || digits != StatusLength)
        {
            _part = Part.Malformed;
            return end;
        }

        if (status >= FirstFinalStatus)
        {
            Status = status;
            _part = ReadHeaders(head[(head.IndexOf("\r\n"u8) + LineEnd)..]);
        }

        return end + LineEnd + LineEnd;
    }

    private Part ReadHeaders(ReadOnlySpan<byte> lines)
    {
        var (isChunked, length) = (false, -1L);
        while (lines.Length > 0)
        {
            var end = lines.IndexOf("\r\n"u8);
            var line = lines[..end];
            lines = lines[(end + LineEnd)..];
            if (HasName(line, "content-length:"u8, out var value))
            {
                if (!Utf8Parser.TryParse(value, out length, out var digits) || digits != value.Length || length < 0)
                {
                    return Part.Malformed;
                }
            }
            else if (HasName(line, "transfer-encoding:"u8, out value))
            {
                isChunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
            }
            else if (HasName(line, "connection:"u8, out value))
            {
                Closes |= Ascii.EqualsIgnoreCase(value, "close"u8);
            }
        }

        _left = length;
        return Status is NoContent or NotModified || (length == 0 && !isChunked) ? Part.Ended
            : isChunked ? Part.ChunkSize
            : length > 0 ? Part.Body
            : Part.UntilClosed;
    }

    private static bool HasName(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var hasName = line.Length >= name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name);
        value = hasName ? line[name.Length..].Trim(" \t"u8) : default;
        return hasName;
    }

    private int Skip(ReadOnlySpan<byte> bytes)
    {
        var skipped = (int)Math.Min(_left, bytes.Length);
        _left -= skipped;
        if (_left == 0)
        {
            _part = _part == Part.Body ? Part.Ended : Part.ChunkSize;
        }

        return skipped;
    }

    private int ReadChunkSize(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return 0;
        }

        var extension = bytes[..end].IndexOf((byte)';');
        var digits = bytes[..(extension < 0 ? end : extension)].TrimEnd(" \t"u8);
        if (!long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) || size < 0)
        {
            _part = Part.Malformed;
            return end;
        }

        (_part, _left) = size == 0 ? (Part.Trailers, 0) : (Part.Chunk, size + LineEnd);
        return end + LineEnd;
    }

    private int ReadTrailer(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return 0;
        }

        if (end == 0)
        {
            _part = Part.Ended;
        }

        return end + LineEnd;
    }
}
