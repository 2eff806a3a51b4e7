using Spectre.Console;

namespace Gateway.Keygen.Output;

/// <summary>One column of a <see cref="TerminalTable"/>.</summary>
internal sealed record TerminalColumn(string Header, bool IsRightAligned, bool IsUnbroken);

/// <summary>One cell of a <see cref="TerminalTable"/>.</summary>
internal readonly record struct TerminalCell(string Text, Tone Tone = Tone.Plain);

/// <summary>A table that fits the terminal, as far as that can be done without breaking an id or a number in two.</summary>
internal sealed class TerminalTable
{
    /// <summary>A text column is not made narrower than this: it would be a letter a line.</summary>
    private const int NarrowestText = 10;

    private const int Gap = 1;
    private const int Border = 1;

    private readonly TerminalColumn[] _columns;
    private readonly int[] _widths;
    private readonly Table _table = new() { Border = TableBorder.Simple, UseSafeBorder = false };

    public TerminalTable(IEnumerable<TerminalColumn> columns)
    {
        _columns = [.. columns];
        _widths = new int[_columns.Length];
        for (var index = 0; index < _columns.Length; index++)
        {
            var column = _columns[index];
            _table.AddColumn(new TableColumn(Bold(Widen(index, column.Header)))
            {
                NoWrap = column.IsUnbroken,
                Alignment = column.IsRightAligned ? Justify.Right : Justify.Left,
                Padding = new Padding(0, 0, Gap, 0),
            });
        }
    }

    public int Rows => _table.Rows.Count;

    public void AddRow(IEnumerable<TerminalCell> cells) =>
        _table.AddRow(cells.Select((cell, index) => new Text(Widen(index, cell.Text), TerminalConsole.StyleOf(cell.Tone))));

    public void SetFooter(IEnumerable<string> cells)
    {
        foreach (var (index, cell) in cells.Index())
        {
            _table.Columns[index].Footer = Bold(Widen(index, cell));
        }
    }

    public void Render(Surroundings surroundings)
    {
        var console = TerminalConsole.OfOutput(surroundings);

        // Where a line cannot hold what is to stay in one piece, the terminal breaks the line: half a number is a wrong number.
        console.Profile.Width = Math.Max(surroundings.Width, Border + Border + _widths.Sum(width => width + Gap + Border));
        console.Write(_table);
        surroundings.Output.Flush();
    }

    private static Text Bold(string text) => new(text, new Style(decoration: Decoration.Bold));

    private string Widen(int index, string cell)
    {
        _widths[index] = Math.Max(_widths[index], _columns[index].IsUnbroken ? cell.Length : Math.Min(cell.Length, NarrowestText));
        return cell;
    }
}
