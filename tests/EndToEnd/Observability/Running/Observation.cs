using System.Text;
using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.EndToEnd.Tests.Fixtures;
using Gateway.Hosting.Kafka;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Observability.Running;

/// <summary>A stack with customers of every kind, who go on while tests look at it through Prometheus. Started once, when the first test asks.</summary>
public sealed class Observation(TestServers servers) : IAsyncLifetime
{
    // A port that nobody listens on: its number is reserved.
    private const string NoBackend = "http://127.0.0.1:1/";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _over = new();
    private EmbeddedBroker? _broker;
    private Stack? _stack;
    private PrometheusServer? _prometheus;
    private Task<Observation>? _started;
    private Task _traffic = Task.CompletedTask;

    /// <summary>An organization whose requests are answered.</summary>
    internal string Organization { get; private set; } = null!;

    internal PrometheusServer Prometheus => _prometheus!;

    internal Stack Stack => _stack!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _traffic;
        foreach (var server in (IAsyncDisposable?[])[_prometheus, _stack, _broker])
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }

        _over.Dispose();
    }

    internal Task<Observation> GetAsync() => _started ??= StartAsync();

    private async Task<Observation> StartAsync()
    {
        _broker = EmbeddedBroker.Start();
        _stack = await Stack.StartAsync(servers, _broker);
        _prometheus = await PrometheusServer.StartAsync(new Dictionary<string, string>
        {
            ["gateway:8081"] = _stack.GatewayManagement,
            ["usage-processor:8082"] = _stack.ProcessorManagement,
        });
        var content = await CustomerAsync("Content Ltd");
        Organization = content.Organization;
        var limited = await CustomerAsync("Limited Ltd");
        await _stack.KeygenAsync("limits", "set", "--org-id", limited.Organization, "--per-minute", "1", "--per-day", "1000000");
        var soft = await CustomerAsync("Soft Ltd");
        await _stack.KeygenAsync("quota", "set", "--org-id", soft.Organization, "--per-month", "1", "--soft");
        var hard = await CustomerAsync("Hard Ltd");
        await _stack.KeygenAsync("quota", "set", "--org-id", hard.Organization, "--per-month", "1");
        var lonely = await CustomerAsync("Lonely Ltd");
        await _stack.KeygenAsync("backend", "set", lonely.Organization, NoBackend);
        var fickle = await CustomerAsync("Fickle Ltd");
        await SendRubbishAsync(_broker);
        _traffic = Task.WhenAll(
            SendAsync(content.Key, "/hello", "/status/404", "/status/500", "/bytes/100000"),
            SendAsync(limited.Key, "/hello"),
            SendAsync(soft.Key, "/hello"),
            SendAsync(hard.Key, "/hello"),
            SendAsync(lonely.Key, "/hello"),
            SendAsync(fickle.Key, "/hello"),
            SendAsync(key: null, "/hello"),
            RevokeAndResumeAsync(fickle.Organization));
        return this;
    }

    private async Task<(string Organization, string Key)> CustomerAsync(string name)
    {
        var organization = await _stack!.KeygenAsync("org", "create", name);
        return (organization, await _stack.KeygenAsync("create", "--org-id", organization, "--name", "web"));
    }

    private async Task SendAsync(string? key, params string[] paths)
    {
        using var client = _stack!.Client(key);
        for (var request = 0; !_over.IsCancellationRequested; request++)
        {
            using var response = await client.GetAsync(paths[request % paths.Length]);
            await Task.Delay(Pause, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What keygen does, without a process each time.</summary>
    private async Task RevokeAndResumeAsync(string organization)
    {
        while (!_over.IsCancellationRequested)
        {
            await _stack!.QueryAsync<Guid>(
                $"UPDATE api_keys SET revoked_at = CASE WHEN revoked_at IS NULL THEN now() END WHERE organization_id = '{organization}' RETURNING id");
            await Task.Delay(10 * Pause, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SendRubbishAsync(EmbeddedBroker broker)
    {
        Librdkafka.UseSystemLibrary();
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = broker.BootstrapServers }).Build();
        await producer.ProduceAsync(Topics.UsageEvents, new Message<Null, byte[]> { Value = Encoding.UTF8.GetBytes("no event") });
    }
}
