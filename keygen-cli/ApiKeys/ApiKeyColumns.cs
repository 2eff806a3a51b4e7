using Gateway.Keygen.Output;

namespace Gateway.Keygen.ApiKeys;

/// <summary>How keys are listed. Scripts cut these columns out by number: new ones go to the end.</summary>
internal static class ApiKeyColumns
{
    public static IReadOnlyList<Column<ApiKey>> All { get; } =
    [
        new("ID", key => key.Id) { IsUnbroken = true },
        new("KEY", key => $"{key.Prefix}…") { IsUnbroken = true },
        new("NAME", key => key.Name),
        new("ORGANIZATION", key => key.OrganizationName),
        new("STATUS", key => key.Status) { IsUnbroken = true },
        new("CREATED (UTC)", key => key.CreatedAt),
        new("EXPIRES (UTC)", key => key.ExpiresAt ?? (object)"never"),
        new("REVOKED (UTC)", key => key.RevokedAt),
    ];
}
