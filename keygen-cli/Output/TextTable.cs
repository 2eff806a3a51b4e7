namespace Gateway.Keygen.Output;

/// <summary>A list as text: a table on a terminal, tab-separated lines without a header in a pipe.</summary>
internal sealed class TextTable<T>(Surroundings surroundings, IReadOnlyList<Column<T>> columns)
{
    /// <summary>Rows of a table that are held at once, because its widths depend on them; a longer list is several tables.</summary>
    internal const int RowsPerTable = 500;

    /// <summary>Writes the rows as they come.</summary>
    /// <param name="rows">One line each.</param>
    /// <param name="total">One more line, set apart, for the whole list.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public Task WriteAsync(IAsyncEnumerable<T> rows, IReadOnlyList<object?>? total, CancellationToken cancellationToken) =>
        surroundings.IsOutputTerminal ? WriteTablesAsync(rows, total, cancellationToken) : WriteLinesAsync(rows, total, cancellationToken);

    private async Task WriteLinesAsync(IAsyncEnumerable<T> rows, IReadOnlyList<object?>? total, CancellationToken cancellationToken)
    {
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            await WriteLineAsync(columns.Select(column => column.Value(row)));
        }

        if (total is not null)
        {
            await WriteLineAsync(total);
        }

        Task WriteLineAsync(IEnumerable<object?> values) =>
            surroundings.Output.WriteLineAsync(string.Join('\t', values.Select(Cell.ForPrograms)));
    }

    private async Task WriteTablesAsync(IAsyncEnumerable<T> rows, IReadOnlyList<object?>? total, CancellationToken cancellationToken)
    {
        var table = NewTable();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (table.Rows == RowsPerTable)
            {
                table.Render(surroundings);
                table = NewTable();
            }

            table.AddRow(columns.Select(column => new TerminalCell(Cell.ForPeople(column.Value(row)), column.Tone?.Invoke(row) ?? Tone.Plain)));
        }

        if (total is not null)
        {
            table.SetFooter(total.Select(Cell.ForPeople));
        }

        if (table.Rows > 0 || total is not null)
        {
            table.Render(surroundings);
        }
    }

    private TerminalTable NewTable() =>
        new(columns.Select(column => new TerminalColumn(column.Header, column.IsNumber, column.IsNumber || column.IsUnbroken)));
}
