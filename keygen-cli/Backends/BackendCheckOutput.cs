using Gateway.Keygen.Output;

namespace Gateway.Keygen.Backends;

/// <summary>How what was seen of a backend is shown.</summary>
internal static class BackendCheckOutput
{
    // Scripts cut these columns out by number: new ones go to the end.
    private static readonly Column<AddressCheck>[] Columns =
    [
        new("URL", check => check.Url),
        new("RESULT", check => check.Works ? "works" : "fails") { IsUnbroken = true },
        new("STATUS", check => check.Status) { IsUnbroken = true },
        new("TIME (MS)", check => check.Milliseconds) { IsNumber = true },
        new("PROBLEM", check => check.Problem),
        new("CERTIFICATE UNTIL (UTC)", check => check.CertificateExpiresAt),
    ];

    public static Task WriteAsync(Surroundings surroundings, BackendCheck check, bool json, CancellationToken cancellationToken) => json
        ? JsonLines.WriteObjectAsync(surroundings.Output, check, KeygenJson.Readable.BackendCheck)
        : new TextTable<AddressCheck>(surroundings, Columns).WriteAsync(check.Addresses.ToAsyncEnumerable(), total: null, cancellationToken);
}
