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
        new("SCOPES", key => key.Scopes),
        new("NETWORKS", key => key.Networks),
        new("DISABLED", key => key.DisabledAt),
        new("LAST USED", key => key.LastUsedAt),
    ];

    /// <summary>What fits into a line: the beginning of the id, which every command takes, and what matters now. The rest is in <c>keygen show</c>.</summary>
    public static IReadOnlyList<Column<ApiKey>> ForPeople { get; } =
    [
        new("ID", key => Cell.Abbreviate(key.Id)) { IsUnbroken = true },
        new("KEY", key => $"{key.Prefix}…") { IsUnbroken = true },
        new("NAME", key => key.Name),
        new("ORGANIZATION", key => key.OrganizationName),
        new("ALLOWED", Allowed),
        new("LAST USED", LastUsed) { IsUnbroken = true },
        new("STATUS", Status),
    ];

    /// <summary>When it was used last, as people say it.</summary>
    public static string LastUsed(ApiKey key) => key.LastUsedSecondsAgo is { } seconds ? $"{Elapsed.Text(seconds)} ago" : "never";

    /// <summary>The status and the time that belongs to it.</summary>
    public static string Status(ApiKey key) => key switch
    {
        { Status: "revoked" } => $"revoked {Cell.ForPeople(key.RevokedAt)}",
        { Status: "expired" } => $"expired {Cell.ForPeople(key.ExpiresAt)}",
        { Status: "disabled" } => $"disabled {Cell.ForPeople(key.DisabledAt)}",
        { Status: "organization-suspended" } => "suspended organization",
        { ExpiresAt: { } expiresAt } => $"active until {Cell.ForPeople(expiresAt)}",
        _ => "active",
    };

    private static string Allowed(ApiKey key) => (key.Scopes.Length, key.Networks.Length) switch
    {
        (0, 0) => string.Empty,
        (var scopes, 0) => Counted.Text(scopes, "scope"),
        (0, var networks) => Counted.Text(networks, "network"),
        var (scopes, networks) => $"{Counted.Text(scopes, "scope")}, {Counted.Text(networks, "network")}",
    };
}
