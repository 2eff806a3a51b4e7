using System.Net;
using Gateway.Contracts.ApiKeys;
using Gateway.EndToEnd.Tests.Fixtures;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests;

/// <summary>A request in, a billable row out: the real programs, run as processes, on real servers.</summary>
public abstract class WholeWayTests(TestServers servers)
{
    private static readonly TimeSpan StorageDeadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_clients_were_answered_is_what_the_invoice_says()
    {
        await using var stack = await StartAsync();
        var organization = await stack.KeygenAsync("org", "create", "Example Ltd");
        var key = await stack.KeygenAsync("create", "--org-id", organization, "--name", "web");
        await stack.KeygenAsync("limits", "set", "--org-id", organization, "--per-minute", "1000000", "--per-day", "100");
        using var client = stack.Client(key);
        using var stranger = stack.Client();
        string[] paths = [.. Enumerable.Repeat("/hello", 80), .. Enumerable.Repeat("/status/404", 30), .. Enumerable.Repeat("/status/500", 20)];

        var statuses = await Task.WhenAll(paths.Select(async path =>
        {
            using var response = await client.GetAsync(path);
            return response.StatusCode;
        }));

        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/hello")).StatusCode);
        Assert.Equal(30, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
        var billable = statuses.Count(status => status is HttpStatusCode.OK or HttpStatusCode.NotFound);
        await Eventually.EqualsAsync((130L, (long)billable), () => stack.UsageAsync(organization), StorageDeadline);
        Assert.Equal(
            (130, billable),
            (await stack.QueryAsync<long>($"SELECT count(*) {EventsOf(organization)}"),
                (int)await stack.QueryAsync<long>($"SELECT coalesce(sum(units), 0)::bigint {EventsOf(organization)} AND billable")));
        Assert.Equal(30, await stack.QueryAsync<long>($"SELECT count(*) {EventsOf(organization)} AND outcome = 'rate-limited' AND NOT billable"));
        Assert.Equal(0, await stack.QueryAsync<long>("SELECT count(*) FROM dead_letters"));
    }

    [Fact]
    public async Task Answered_requests_are_stored_once_through_kills_of_the_processor_and_restarts_of_the_gateway()
    {
        await using var stack = await StartAsync();
        var organization = await stack.KeygenAsync("org", "create", "Busy Ltd");
        var key = await stack.KeygenAsync("create", "--org-id", organization, "--name", "web");
        await stack.KeygenAsync("limits", "set", "--org-id", organization, "--per-minute", "1000000", "--per-day", "1000000");

        var answered = 0;
        for (var round = 0; round < 3; round++)
        {
            using var client = stack.Client(key);
            for (var batch = 0; batch < 4; batch++)
            {
                var statuses = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => (await client.GetAsync("/hello")).StatusCode));
                Assert.All(statuses, status => Assert.Equal(HttpStatusCode.OK, status));
                answered += statuses.Length;
                if (batch == 1)
                {
                    await stack.Processor.KillAsync();
                    await stack.StartProcessorAsync();
                }
            }

            await stack.Gateway.StopAsync();
            Assert.Equal(0, stack.Gateway.ExitCode);
            await stack.StartGatewayAsync();
            await stack.UntilReadyAsync();
        }

        await Eventually.EqualsAsync(((long)answered, (long)answered), () => stack.UsageAsync(organization), StorageDeadline);
        Assert.Equal(answered, await stack.QueryAsync<long>($"SELECT count(DISTINCT request_id) {EventsOf(organization)}"));
        Assert.Equal(answered, await stack.QueryAsync<long>($"SELECT count(*) {EventsOf(organization)}"));

        // Each start of the gateway is a source of its own, whose sequence has no holes.
        Assert.Equal(
            0,
            await stack.QueryAsync<long>(
                $"SELECT count(*) FROM (SELECT {EventsOf(organization)} GROUP BY source HAVING max(sequence) <> count(*) OR min(sequence) <> 1) AS holes"));
    }

    [Fact]
    public async Task Keys_hashes_and_passwords_reach_no_log_and_no_event()
    {
        await using var stack = await StartAsync();
        var organization = await stack.KeygenAsync("org", "create", "Secret Ltd");
        var key = await stack.KeygenAsync("create", "--org-id", organization, "--name", "web");
        using (var client = stack.Client(key))
        {
            await client.GetAsync("/hello");
            await client.GetAsync($"/{key}/in/the/path?and=in&the=query");
            await client.GetAsync($"/query?key={key}");
        }

        using (var stranger = stack.Client(key[..^1] + (key[^1] == '0' ? '1' : '0')))
        {
            await stranger.GetAsync("/hello");
        }

        await Eventually.EqualsAsync(2L, () => stack.QueryAsync<long>($"SELECT count(*) {EventsOf(organization)}"), StorageDeadline);
        await stack.Gateway.StopAsync();
        await stack.Processor.StopAsync();

        var secret = key[ApiKeyFormat.DisplayLength..^1];
        var hash = ApiKeyHash.Of(key).ToArray();
        string[] forbidden = [secret, Convert.ToHexStringLower(hash), Convert.ToHexString(hash), Convert.ToBase64String(hash), PostgresServer.Password];
        foreach (var log in Directory.GetFiles(stack.LogFolder, "*.log"))
        {
            var text = await File.ReadAllTextAsync(log);
            Assert.All(forbidden, word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
        }

        var events = await stack.QueryAsync<string>($"SELECT string_agg(usage_events::text, ' ') {EventsOf(organization)}");
        Assert.All(forbidden, word => Assert.DoesNotContain(word, events, StringComparison.Ordinal));
    }

    /// <summary>The broker that the programs talk to; nobody else's processor reads from it meanwhile.</summary>
    private protected abstract Task<IBroker> BrokerAsync();

    // A topic that tests share brings every processor the events of the others too.
    private static string EventsOf(string organization) => $"FROM usage_events WHERE organization_id = '{organization}'";

    private async Task<Stack> StartAsync() => await Stack.StartAsync(servers, await BrokerAsync());
}
