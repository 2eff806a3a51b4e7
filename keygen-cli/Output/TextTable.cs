using Spectre.Console;

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
            if (table.Rows.Count == RowsPerTable)
            {
                Render(table);
                table = NewTable();
            }

            table.AddRow(columns.Select(column => new Text(Cell.ForPeople(column.Value(row)))));
        }

        if (total is not null)
        {
            for (var index = 0; index < columns.Count; index++)
            {
                table.Columns[index].Footer = new Text(Cell.ForPeople(total[index]), new Style(decoration: Decoration.Bold));
            }
        }

        if (table.Rows.Count > 0 || total is not null)
        {
            Render(table);
        }
    }

    private Table NewTable()
    {
        var table = new Table { Border = TableBorder.Simple, UseSafeBorder = false };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column.Header, new Style(decoration: Decoration.Bold)))
            {
                NoWrap = column.IsNumber || column.IsUnbroken,
                Alignment = column.IsNumber ? Justify.Right : Justify.Left,
            });
        }

        return table;
    }

    private void Render(Table table)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = surroundings.HasColors ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = surroundings.HasColors ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(surroundings.Output),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Capabilities.Unicode = true;
        console.Profile.Width = surroundings.Width;
        console.Write(table);
        surroundings.Output.Flush();
    }
}
