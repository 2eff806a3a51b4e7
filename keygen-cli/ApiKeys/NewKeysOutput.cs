using Gateway.Keygen.Output;

namespace Gateway.Keygen.ApiKeys;

/// <summary>Hands many new keys over, the only time that they are seen.</summary>
internal static class NewKeysOutput
{
    private static readonly Column<NewKeyLine>[] Columns =
    [
        new("key", key => key.Key),
        new("id", key => key.Id),
        new("name", key => key.Name),
        new("organizationId", key => key.OrganizationId),
    ];

    /// <summary>Prints all of them, and returns when they have left this process.</summary>
    /// <exception cref="IOException">Nobody reads them.</exception>
    public static async Task WriteAsync(Surroundings surroundings, IReadOnlyList<NewKeyLine> keys, bool json, CancellationToken cancellationToken)
    {
        await (json
            ? JsonLines.WriteArrayAsync(surroundings.Output, keys.ToAsyncEnumerable(), KeygenJson.Readable.NewKeyLine, cancellationToken)
            : new CsvTable<NewKeyLine>(surroundings.Output, Columns).WriteAsync(keys.ToAsyncEnumerable(), cancellationToken));
        await surroundings.Output.FlushAsync(cancellationToken);
    }
}
