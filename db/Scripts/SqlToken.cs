namespace Gateway.Database.Scripts;

internal enum SqlTokenKind
{
    /// <summary>White space or a comment.</summary>
    Blank,

    /// <summary>A keyword or an unquoted name.</summary>
    Word,

    /// <summary>A string constant with quotes or dollars.</summary>
    Constant,

    Semicolon,
    OpeningParenthesis,
    ClosingParenthesis,

    /// <summary>Anything else, a quoted name too.</summary>
    Other,
}

/// <summary>A piece of SQL, by PostgreSQL's lexical rules (standard_conforming_strings is on).</summary>
/// <param name="Kind">What it is.</param>
/// <param name="End">Where the next token begins.</param>
/// <param name="ContentStart">For a constant: where its content begins.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, int End, int ContentStart)
{
    public static SqlToken Read(string sql, int start)
    {
        var first = sql[start];
        var second = start + 1 < sql.Length ? sql[start + 1] : '\0';
        return (first, second) switch
        {
            ('-', '-') => new(SqlTokenKind.Blank, EndOfLine(sql, start), 0),
            ('/', '*') => new(SqlTokenKind.Blank, EndOfComment(sql, start), 0),
            ('\'', _) => new(SqlTokenKind.Constant, EndOfQuotes(sql, start, '\'', hasEscapes: false), start + 1),
            ('e' or 'E', '\'') => new(SqlTokenKind.Constant, EndOfQuotes(sql, start + 1, '\'', hasEscapes: true), start + 2),
            ('"', _) => new(SqlTokenKind.Other, EndOfQuotes(sql, start, '"', hasEscapes: false), 0),
            ('$', _) => ReadDollars(sql, start),
            (';', _) => new(SqlTokenKind.Semicolon, start + 1, 0),
            ('(', _) => new(SqlTokenKind.OpeningParenthesis, start + 1, 0),
            (')', _) => new(SqlTokenKind.ClosingParenthesis, start + 1, 0),
            _ when char.IsWhiteSpace(first) => new(SqlTokenKind.Blank, start + 1, 0),
            _ when StartsWord(first) => new(SqlTokenKind.Word, EndOfWord(sql, start), 0),
            _ => new(SqlTokenKind.Other, start + 1, 0),
        };
    }

    private static bool StartsWord(char character) => char.IsAsciiLetter(character) || character == '_' || character > '\x7f';

    private static int EndOfWord(string sql, int start)
    {
        var end = start + 1;
        while (end < sql.Length && (StartsWord(sql[end]) || char.IsAsciiDigit(sql[end]) || sql[end] == '$'))
        {
            end++;
        }

        return end;
    }

    private static int EndOfLine(string sql, int start)
    {
        var end = sql.IndexOf('\n', start);
        return end < 0 ? sql.Length : end;
    }

    private static int EndOfComment(string sql, int start)
    {
        // Comments nest, unlike C's.
        var depth = 0;
        for (var position = start; position + 1 < sql.Length; position++)
        {
            var change = (sql[position], sql[position + 1]) switch { ('/', '*') => 1, ('*', '/') => -1, _ => 0 };
            depth += change;
            position += Math.Abs(change);
            if (depth == 0)
            {
                return position + 1;
            }
        }

        return sql.Length;
    }

    private static int EndOfQuotes(string sql, int openingQuote, char quote, bool hasEscapes)
    {
        for (var position = openingQuote + 1; position < sql.Length; position++)
        {
            if (hasEscapes && sql[position] == '\\')
            {
                position++;
            }
            else if (sql[position] == quote)
            {
                if (position + 1 == sql.Length || sql[position + 1] != quote)
                {
                    return position + 1;
                }

                position++;
            }
        }

        return sql.Length;
    }

    private static SqlToken ReadDollars(string sql, int start)
    {
        // $$ or $tag$; $1 and a lone dollar are no quotes.
        var tagEnd = start + 1;
        while (tagEnd < sql.Length && (StartsWord(sql[tagEnd]) || (tagEnd > start + 1 && char.IsAsciiDigit(sql[tagEnd]))))
        {
            tagEnd++;
        }

        if (tagEnd >= sql.Length || sql[tagEnd] != '$')
        {
            return new(SqlTokenKind.Other, start + 1, 0);
        }

        var quote = sql[start..(tagEnd + 1)];
        var end = sql.IndexOf(quote, tagEnd + 1, StringComparison.Ordinal);
        return new(SqlTokenKind.Constant, end < 0 ? sql.Length : end + quote.Length, tagEnd + 1);
    }
}
