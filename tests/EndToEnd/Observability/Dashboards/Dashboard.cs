using System.Text.Json;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Observability.Dashboards;

/// <summary>A dashboard as Grafana is given it.</summary>
internal sealed record Dashboard(string FileName, JsonElement Json)
{
    public static string Folder { get; } = Path.Combine(Checkout.Root, "deploy", "grafana", "dashboards");

    public static IReadOnlyList<Dashboard> All { get; } =
        [.. Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(Read)];

    public string Uid => Json.GetProperty("uid").GetString()!;

    public IEnumerable<JsonElement> Variables => Json.GetProperty("templating").GetProperty("list").EnumerateArray();

    /// <summary>All but the rows that they stand in.</summary>
    public IEnumerable<Panel> Panels => Json.GetProperty("panels").EnumerateArray()
        .Where(panel => panel.GetProperty("type").GetString() != "row").Select(panel => new Panel(this, panel));

    /// <summary>Every query of every panel.</summary>
    public IEnumerable<PanelQuery> Queries => Panels.SelectMany(panel => panel.Queries);

    private static Dashboard Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return new Dashboard(Path.GetFileName(path), document.RootElement.Clone());
    }
}

/// <summary>One of its panels.</summary>
internal sealed record Panel(Dashboard Dashboard, JsonElement Json)
{
    public string Title => Json.GetProperty("title").GetString()!;

    public string? Description => Json.TryGetProperty("description", out var description) ? description.GetString() : null;

    public string Unit => Json.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!;

    public (string Type, string Uid) Source =>
        (Json.GetProperty("datasource").GetProperty("type").GetString()!, Json.GetProperty("datasource").GetProperty("uid").GetString()!);

    public IEnumerable<PanelQuery> Queries => Json.GetProperty("targets").EnumerateArray().Select(target => new PanelQuery(this, target));
}

/// <summary>One of its queries.</summary>
internal sealed record PanelQuery(Panel Panel, JsonElement Json)
{
    public bool IsSql => Json.TryGetProperty("rawSql", out _);

    public bool IsInstant => Json.TryGetProperty("instant", out var instant) && instant.GetBoolean();

    public string Text => Json.GetProperty(IsSql ? "rawSql" : "expr").GetString()!;

    /// <summary>What people find it by: <c>overview.json / Requests / A</c>.</summary>
    public string Name => $"{Panel.Dashboard.FileName} / {Panel.Title} / {Json.GetProperty("refId").GetString()}";
}
