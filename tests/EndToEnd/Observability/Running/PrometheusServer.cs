using System.Globalization;
using System.Text.Json;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Observability.Running;

/// <summary>A real Prometheus with the rules of the repository, which looks at a stack of ours every second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _directory = new();
    private readonly HttpClient _client = new();
    private ChildProcess? _process;

    private PrometheusServer()
    {
    }

    /// <summary>The configuration of the repository.</summary>
    public static string Folder { get; } = Path.Combine(Checkout.Root, "deploy", "prometheus");

    /// <summary>Starts it on a free port; skips the calling test where this machine has none.</summary>
    /// <param name="targets">Where a target of the configuration is here: <c>gateway:8081</c> to its address.</param>
    public static async Task<PrometheusServer> StartAsync(IReadOnlyDictionary<string, string> targets)
    {
        Assert.SkipUnless(Installed.Has("prometheus"), "prometheus is not installed (Debian: prometheus)");
        var server = new PrometheusServer();
        try
        {
            await server.StartProcessAsync(targets);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it answers to a GET of its API: the member <c>data</c>.</summary>
    /// <exception cref="InvalidOperationException">It refuses; with its reason.</exception>
    public async Task<JsonElement> ReadAsync(string path, params (string Name, string Value)[] parameters)
    {
        var query = string.Join('&', parameters.Select(parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Value)}"));
        using var document = JsonDocument.Parse(await (await _client.GetAsync(new Uri($"/api/v1/{path}?{query}", UriKind.Relative))).Content.ReadAsStringAsync());
        return document.RootElement.GetProperty("status").GetString() == "success"
            ? document.RootElement.GetProperty("data").Clone()
            : throw new InvalidOperationException(document.RootElement.GetProperty("error").GetString());
    }

    /// <summary>Whether a query is answered with a number, now or in the last half minute.</summary>
    public async Task<bool> HasDataAsync(string query, bool isInstant)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var data = isInstant
            ? await ReadAsync("query", ("query", query))
            : await ReadAsync("query_range", ("query", query), ("start", $"{now - 30}"), ("end", $"{now}"), ("step", "5"));
        return data.GetProperty("result").EnumerateArray().SelectMany(Samples).Any(static sample =>
            double.TryParse(sample, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _client.Dispose();
        _directory.Dispose();
    }

    private static IEnumerable<string> Samples(JsonElement series) =>
        (series.TryGetProperty("values", out var values) ? values.EnumerateArray() : Enumerable.Repeat(series.GetProperty("value"), 1))
            .Select(static value => value[1].GetString()!);

    private async Task StartProcessAsync(IReadOnlyDictionary<string, string> targets)
    {
        var configuration = await File.ReadAllTextAsync(Path.Combine(Folder, "prometheus.yml"));
        foreach (var (target, address) in targets.Append(new("_interval: 5s", "_interval: 1s")))
        {
            Assert.Contains(target, configuration, StringComparison.Ordinal);
            configuration = configuration.Replace(target, address, StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(_directory.Combine("prometheus.yml"), configuration);
        Directory.CreateDirectory(_directory.Combine("rules"));
        foreach (var rules in Directory.GetFiles(Path.Combine(Folder, "rules")))
        {
            File.Copy(rules, Path.Combine(_directory.Combine("rules"), Path.GetFileName(rules)));
        }

        _client.BaseAddress = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var options = new ChildProcessOptions(
            "Prometheus",
            "prometheus",
            [
                $"--config.file={_directory.Combine("prometheus.yml")}", $"--storage.tsdb.path={_directory.Combine("data")}",
                $"--web.listen-address={_client.BaseAddress.Authority}", "--log.level=warn",
            ],
            _directory.Combine("prometheus.log"));
        _process = await Readiness.StartAsync(
            options, token => Readiness.AnswersOkAsync(_client, $"{_client.BaseAddress}-/ready", token), StartDeadline, default);
    }
}
