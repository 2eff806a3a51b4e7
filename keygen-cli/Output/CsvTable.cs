using System.Buffers;

namespace Gateway.Keygen.Output;

/// <summary>A list as CSV (RFC 4180): a line of names, lines end with CR LF, and no total, which a spreadsheet would add up with the rest.</summary>
/// <param name="output">Where to.</param>
/// <param name="columns">Their headers are the names. Programs look columns up by them: none is renamed.</param>
internal sealed class CsvTable<T>(TextWriter output, IReadOnlyList<Column<T>> columns)
{
    private const string LineEnd = "\r\n";

    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>Writes the rows as they come.</summary>
    public async Task WriteAsync(IAsyncEnumerable<T> rows, CancellationToken cancellationToken)
    {
        await WriteLineAsync(columns.Select(column => column.Header));
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            await WriteLineAsync(columns.Select(column => Cell.ForPrograms(column.Value(row))));
        }
    }

    private Task WriteLineAsync(IEnumerable<string> values) => output.WriteAsync(string.Join(',', values.Select(Quote)) + LineEnd);

    private static string Quote(string value) =>
        value.AsSpan().ContainsAny(Special) ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
}
