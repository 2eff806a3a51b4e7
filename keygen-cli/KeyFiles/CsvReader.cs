using System.Text;

namespace Gateway.Keygen.KeyFiles;

/// <summary>What is read is no CSV; the message says where, and repeats nothing of it.</summary>
internal sealed class CsvException(string message) : Exception(message);

/// <summary>
/// Reads comma-separated values as RFC 4180 has them, strictly: quotes around a whole field or nowhere, doubled inside. Line
/// ends are CRLF or LF, empty lines are passed over, and a byte order mark has been taken off by whoever decoded the text.
/// </summary>
internal sealed class CsvReader(TextReader reader)
{
    /// <summary>Longer than any line that could be right: a quote that is never closed ends here and not in all memory.</summary>
    public const int MaximumRecordLength = 64 * 1024;

    private const int End = -1;

    private readonly char[] _buffer = new char[16 * 1024];
    private readonly StringBuilder _field = new();
    private int _position;
    private int _count;
    private int _nextLine = 1;
    private int _length;

    /// <summary>The line that the last record began on, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The next record's fields, <c>null</c> at the end.</summary>
    /// <exception cref="CsvException">It is none.</exception>
    public async ValueTask<string[]?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Line = _nextLine;
            _length = 0;
            var fields = new List<string>();
            int end;
            do
            {
                end = await ReadFieldAsync(cancellationToken);
                fields.Add(_field.ToString());
            }
            while (end == ',');

            if (_length > 0)
            {
                return [.. fields];
            }

            if (end == End)
            {
                return null;
            }
        }
    }

    /// <summary>Answers what the field ended with: a comma, a line feed or the end.</summary>
    private async ValueTask<int> ReadFieldAsync(CancellationToken cancellationToken)
    {
        _field.Clear();
        var next = await NextAsync(cancellationToken);
        if (next == '"')
        {
            return await ReadQuotedAsync(cancellationToken);
        }

        while (next is not (',' or '\n' or End))
        {
            if (next == '"')
            {
                throw Broken("has a quote in a field that does not begin with one");
            }

            _field.Append((char)next);
            next = await NextAsync(cancellationToken);
        }

        return next;
    }

    private async ValueTask<int> ReadQuotedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = await NextAsync(cancellationToken);
            if (next == '"')
            {
                next = await NextAsync(cancellationToken);
                if (next is ',' or '\n' or End)
                {
                    return next;
                }

                if (next != '"')
                {
                    throw Broken("goes on after the quote that ends a field");
                }
            }
            else if (next == End)
            {
                throw Broken("has a quote that is not closed");
            }

            _field.Append((char)next);
        }
    }

    /// <summary>The next character, CRLF as a line feed.</summary>
    private async ValueTask<int> NextAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(cancellationToken))
        {
            return End;
        }

        var next = _buffer[_position++];
        if (next == '\r' && await FillAsync(cancellationToken) && _buffer[_position] == '\n')
        {
            next = _buffer[_position++];
        }

        if (next == '\n')
        {
            _nextLine++;
        }
        else if (++_length > MaximumRecordLength)
        {
            throw Broken("is far too long; is a quote not closed?");
        }

        return next;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_position == _count)
        {
            (_position, _count) = (0, await reader.ReadAsync(_buffer, cancellationToken));
        }

        return _count > 0;
    }

    private CsvException Broken(string problem) => new($"line {Line} {problem}");
}
