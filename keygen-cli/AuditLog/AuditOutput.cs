using System.Text.Json;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.AuditLog;

/// <summary>How entries of the audit log are listed.</summary>
internal static class AuditOutput
{
    // Scripts cut these columns out by number: new ones go to the end.
    private static readonly Column<AuditEntry>[] Columns =
    [
        new("ID", entry => entry.Id),
        new("AT", entry => entry.At),
        new("WHO", entry => entry.Actor),
        new("ACTION", entry => entry.Action),
        new("RECORD", entry => entry.Record),
        new("ORGANIZATION ID", entry => entry.OrganizationId),
        new("ORGANIZATION", entry => entry.OrganizationName),
        new("KEY ID", entry => entry.ApiKeyId),
        new("KEY NAME", entry => entry.ApiKeyName),
        new("CHANGES", FieldChanges.Describe),
        new("BY HAND", entry => entry.ByHand ? "yes" : "no"),
        new("DATABASE USER", entry => entry.DatabaseUser),
    ];

    private static readonly Column<AuditEntry>[] ColumnsForPeople =
    [
        new("AT (UTC)", entry => Cell.TimeForPeople(entry.At)) { IsUnbroken = true },
        new("WHO", entry => entry.ByHand ? $"{entry.Actor} (by hand)" : entry.Actor),
        new("WHAT", entry => $"{entry.Action} {(entry.Record == "api-key" ? "key" : entry.Record)}") { IsUnbroken = true },
        new("ORGANIZATION", entry => entry.OrganizationName ?? Cell.Abbreviate(entry.OrganizationId)),
        new("WHICH", Which),
        new("CHANGES", FieldChanges.Describe),
    ];

    public static Task WriteAsync(Surroundings surroundings, IAsyncEnumerable<AuditEntry> entries, CancellationToken cancellationToken) =>
        new TextTable<AuditEntry>(surroundings, surroundings.IsOutputTerminal ? ColumnsForPeople : Columns)
            .WriteAsync(entries, total: null, cancellationToken);

    // An organization has one of everything else.
    private static string Which(AuditEntry entry)
    {
        var key = entry.ApiKeyId is { } id ? $"{Cell.Abbreviate(id)} {entry.ApiKeyName}" : string.Empty;
        if (entry.Record != "limit")
        {
            return key;
        }

        using var limit = JsonDocument.Parse((entry.After ?? entry.Before)!);
        var subject = limit.RootElement.TryGetProperty("route", out var route) ? $"route {route}" : key;
        return $"{subject} by the {limit.RootElement.GetProperty("period")}".TrimStart();
    }
}
