using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Database.Running;

namespace Gateway.Database.Commands;

/// <summary>How a database stands, as it is printed.</summary>
internal sealed record DatabaseStatus(string Database, IReadOnlyList<MigrationStatus> Migrations);

/// <summary>Prints the answer of <c>status</c>.</summary>
internal static class StatusOutput
{
    public static async Task WriteTableAsync(TextWriter output, IReadOnlyList<DatabaseStatus> reports)
    {
        List<string[]> rows = [["DATABASE", "VERSION", "NAME", "STATE", "APPLIED AT"]];
        rows.AddRange(reports.SelectMany(report => report.Migrations.Select(migration => new[]
        {
            report.Database,
            migration.Version.ToString("000", CultureInfo.InvariantCulture),
            migration.Name,
            NameOf(migration.State),
            migration.AppliedAt?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? "-",
        })));
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            await output.WriteLineAsync(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    public static Task WriteJsonAsync(TextWriter output, IReadOnlyList<DatabaseStatus> reports) =>
        output.WriteLineAsync(JsonSerializer.Serialize(reports, StatusJsonContext.Default.IReadOnlyListDatabaseStatus));

    private static string NameOf(MigrationState state) => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());
}

internal sealed class MigrationStateConverter() : JsonStringEnumConverter<MigrationState>(JsonNamingPolicy.KebabCaseLower);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    Converters = [typeof(MigrationStateConverter)])]
[JsonSerializable(typeof(IReadOnlyList<DatabaseStatus>))]
internal sealed partial class StatusJsonContext : JsonSerializerContext;
