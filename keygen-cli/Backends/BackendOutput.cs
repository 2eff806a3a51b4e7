using Gateway.Keygen.Output;

namespace Gateway.Keygen.Backends;

/// <summary>How backends are shown.</summary>
internal static class BackendOutput
{
    private const string Default = "default";

    // Scripts cut these columns out by number: new ones go to the end.
    private static readonly Column<Backend>[] Columns =
    [
        new("ID", backend => backend.OrganizationId),
        new("ORGANIZATION", backend => backend.OrganizationName),
        new("ADDRESSES", Addresses),
        new("LOAD BALANCING", backend => backend.LoadBalancing) { IsUnbroken = true },
        new("PROTOCOL", backend => backend.Protocol),
        new("HEALTH PATH", backend => backend.HealthPath),
        new("TIMEOUT", Timeout),
        new("CHANGED (UTC)", backend => backend.UpdatedAt),
    ];

    private static readonly Column<Backend>[] ColumnsForPeople =
    [
        new("ID", backend => Cell.Abbreviate(backend.OrganizationId)) { IsUnbroken = true },
        .. Columns.AsSpan(1, Columns.Length - 2),
    ];

    /// <summary>All about one backend: a line each, scripts look them up by name.</summary>
    public static Task WriteAsync(Surroundings surroundings, Backend backend, bool json, CancellationToken cancellationToken)
    {
        if (json)
        {
            return JsonLines.WriteObjectAsync(surroundings.Output, backend, KeygenJson.Readable.Backend);
        }

        (string, object?)[] rows =
        [
            ("organization", backend.OrganizationName),
            ("organization id", backend.OrganizationId),
            ("addresses", backend.Addresses.Length == 0 ? Default : Addresses(backend)),
            ("load balancing", backend.LoadBalancing),
            ("protocol", backend.Protocol),
            ("health path", backend.HealthPath),
            ("timeout", backend.Addresses.Length == 0 ? null : Timeout(backend)),
            ("changed", backend.UpdatedAt),
        ];
        return DetailTable.WriteAsync(surroundings, backend.Addresses.Length == 0 ? rows[..3] : rows, cancellationToken);
    }

    public static Task WriteAsync(Surroundings surroundings, IAsyncEnumerable<Backend> backends, bool json, CancellationToken cancellationToken) => json
        ? JsonLines.WriteArrayAsync(surroundings.Output, backends, KeygenJson.Readable.Backend, cancellationToken)
        : new TextTable<Backend>(surroundings, surroundings.IsOutputTerminal ? ColumnsForPeople : Columns)
            .WriteAsync(backends, total: null, cancellationToken);

    // Addresses can contain commas, but no spaces.
    private static string Addresses(Backend backend) => string.Join(' ', backend.Addresses);

    private static string Timeout(Backend backend) => backend.TimeoutSeconds is { } seconds ? $"{seconds}s" : Default;
}
