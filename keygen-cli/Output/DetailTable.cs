namespace Gateway.Keygen.Output;

/// <summary>One thing in all its details: a name and a value in each line.</summary>
internal static class DetailTable
{
    private static readonly Column<(string Name, object? Value)>[] Columns =
    [
        new("WHAT", row => row.Name) { IsUnbroken = true },
        new("VALUE (TIMES IN UTC)", row => row.Value),
    ];

    public static Task WriteAsync(Surroundings surroundings, IEnumerable<(string Name, object? Value)> rows, CancellationToken cancellationToken) =>
        new TextTable<(string, object?)>(surroundings, Columns).WriteAsync(rows.ToAsyncEnumerable(), total: null, cancellationToken);
}
