using Gateway.Keygen.Output;

namespace Gateway.Keygen.ApiKeys;

/// <summary>All that is known of one key, a line each.</summary>
internal static class ApiKeyDetails
{
    // Scripts look these lines up by name: none is renamed.
    private static readonly Column<ApiKey>[] Fields =
    [
        new("id", key => key.Id),
        new("key", key => $"{key.Prefix}…"),
        new("name", key => key.Name),
        new("organization", key => key.OrganizationName),
        new("organization id", key => key.OrganizationId),
        new("environment", key => key.Environment),
        new("status", key => key.Status),
        new("scopes", key => key.Scopes),
        new("networks", key => key.Networks),
        new("created", key => key.CreatedAt),
        new("last used", key => key.LastUsedAt),
        new("expires", key => key.ExpiresAt),
        new("disabled", key => key.DisabledAt),
        new("revoked", key => key.RevokedAt),
        new("rotated from", key => key.RotatedFrom),
        new("rotated to", key => key.RotatedTo),
    ];

    public static Task WriteAsync(Surroundings surroundings, ApiKey key, CancellationToken cancellationToken) =>
        DetailTable.WriteAsync(surroundings, Rows(surroundings, key), cancellationToken);

    public static IEnumerable<(string Name, object? Value)> Rows(Surroundings surroundings, ApiKey key) =>
        Fields.Select(field => (field.Header, surroundings.IsOutputTerminal ? ForPeople(field, key) : field.Value(key)));

    private static object? ForPeople(Column<ApiKey> field, ApiKey key) => (field.Header, field.Value(key)) switch
    {
        ("status", _) => ApiKeyColumns.Status(key),
        ("scopes", IReadOnlyList<string> { Count: 0 }) => "none",
        ("networks", IReadOnlyList<string> { Count: 0 }) => "from everywhere",
        ("last used", _) => ApiKeyColumns.LastUsed(key),
        ("expires", null) => "never",
        var (_, value) => value,
    };
}
