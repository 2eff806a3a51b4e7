using System.Text.RegularExpressions;
using Npgsql;

namespace Gateway.Database.Scripts;

/// <summary>Which line of a file PostgreSQL complains about.</summary>
internal static partial class ScriptError
{
    public static int LineOf(PostgresException error, SqlStatement statement)
    {
        // A place in the statement that we sent: syntax errors, unknown tables and columns, the body of a CREATE FUNCTION.
        if (error.Position > 0)
        {
            return statement.LineAt(SqlStatement.IndexOfCharacter(statement.Text, error.Position));
        }

        // A place in a query within a block, which PostgreSQL quotes.
        if (error is { InternalPosition: > 0, InternalQuery: { Length: > 0 } query } && FindOnce(statement.Text, query) is { } start)
        {
            return statement.LineAt(start + SqlStatement.IndexOfCharacter(query, error.InternalPosition));
        }

        // The block's own line, from 1 where its quote opens. The outermost frame is the last, and is ours; its words are
        // translated by the server, the name and the number are not.
        if (statement is { IsBlock: true, BodyStart: >= 0 }
            && BlockLine.Matches(error.Where ?? string.Empty) is [.., var frame])
        {
            return statement.LineAt(statement.BodyStart) + int.Parse(frame.Groups["line"].ValueSpan) - 1;
        }

        return statement.FirstLine;
    }

    /// <summary>Where a query of PL/pgSQL stands in the text; <c>null</c> where it stands twice, as we cannot tell which one it was.</summary>
    private static int? FindOnce(string text, string query)
    {
        // PL/pgSQL quotes PERFORM as SELECT; what follows is as it was written.
        var written = query.StartsWith("SELECT", StringComparison.Ordinal) && !text.Contains(query, StringComparison.Ordinal)
            ? query["SELECT".Length..]
            : query;
        var start = text.IndexOf(written, StringComparison.Ordinal);
        return start >= 0 && text.LastIndexOf(written, StringComparison.Ordinal) == start
            ? start - (query.Length - written.Length)
            : null;
    }

    [GeneratedRegex(@"inline_code_block[^\d\n]*(?<line>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BlockLine { get; }
}
