using System.Text.Json;
using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Reporting;

/// <summary>For programs: all figures of a run, under names and in an order that stay.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static string Of(NodeStats stats) => JsonSerializer.Serialize(stats, Options) + "\n";
}
