using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.LoadTests.Reporting;

/// <summary>For programs: all figures of a run, under names and in an order that stay.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Of<T>(T report) => JsonSerializer.Serialize(report, Options) + "\n";

    /// <summary>Writes it where it is wanted, also when told to stop by now: it took minutes to measure.</summary>
    /// <param name="report">All that was measured.</param>
    /// <param name="file">Null where it is not wanted.</param>
    public static Task WriteAsync<T>(T report, string? file) =>
        file is null ? Task.CompletedTask : File.WriteAllTextAsync(file, Of(report), CancellationToken.None);
}
