using Gateway.Keygen.Output;

namespace Gateway.Keygen.ApiKeys;

/// <summary>How keys are listed.</summary>
internal static class ApiKeyColumns
{
    /// <summary>Scripts cut these columns out by number: new ones go to the end.</summary>
    public static IReadOnlyList<Column<ApiKey>> ForPrograms { get; } =
    [
        new("ID", key => key.Id),
        new("KEY", key => key.Prefix),
        new("NAME", key => key.Name),
        new("ORGANIZATION", key => key.OrganizationName),
        new("STATUS", key => key.Status),
        new("CREATED", key => key.CreatedAt),
        new("EXPIRES", key => key.ExpiresAt),
        new("REVOKED", key => key.RevokedAt),
    ];

    /// <summary>What fits into a line: the beginning of the id, which every command takes, and the one time that matters now.</summary>
    public static IReadOnlyList<Column<ApiKey>> ForPeople { get; } =
    [
        new("ID", key => Cell.Abbreviate(key.Id)) { IsUnbroken = true },
        new("KEY", key => $"{key.Prefix}…") { IsUnbroken = true },
        new("NAME", key => key.Name),
        new("ORGANIZATION", key => key.OrganizationName),
        new("CREATED (UTC)", key => key.CreatedAt),
        new("STATUS", Status),
    ];

    private static string Status(ApiKey key) => key switch
    {
        { RevokedAt: { } revokedAt } => $"revoked {Cell.ForPeople(revokedAt)}",
        { IsActive: false } => $"expired {Cell.ForPeople(key.ExpiresAt)}",
        { ExpiresAt: { } expiresAt } => $"active until {Cell.ForPeople(expiresAt)}",
        _ => "active",
    };
}
