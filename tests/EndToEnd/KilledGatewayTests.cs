using System.Collections.Concurrent;
using System.Net;
using Gateway.EndToEnd.Tests.Fixtures;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests;

/// <summary>kill -9 in the middle of the load: what clients have seen an answer of is on the bill, once.</summary>
[Collection(DisturbingTests.Name)]
public sealed class KilledGatewayTests(TestServers servers)
{
    private const int Kills = 4;
    private const int Clients = 8;
    private const int Readers = 4;
    private const int AnswersBetweenKills = 150;

    // More than all buffers on the way hold, so that its answer has begun and not ended for as long as a client does not read.
    private const long LargeBody = 100_000_000;

    private static readonly TimeSpan StorageDeadline = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Every_request_that_was_answered_by_a_gateway_that_was_killed_is_stored_once_and_no_other_twice()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var stack = await Stack.StartAsync(servers, broker);
        var organization = await stack.KeygenAsync("org", "create", "Killed Ltd");
        var key = await stack.KeygenAsync("create", "--org-id", organization, "--name", "web");
        await stack.KeygenAsync("limits", "set", "--org-id", organization, "--per-minute", "1000000", "--per-day", "1000000");
        var answered = new ConcurrentDictionary<string, bool>();
        using var over = new CancellationTokenSource();
        var load = Enumerable.Range(0, Clients).Select(client => RequestAsync(stack, key, client, answered, over.Token)).ToList();
        load.AddRange(Enumerable.Range(0, Readers).Select(reader => ReadSlowlyAsync(stack, key, reader, answered, over.Token)));

        for (var kill = 1; kill <= Kills; kill++)
        {
            await Eventually.IsTrueAsync(() => Task.FromResult(answered.Count > kill * AnswersBetweenKills), "requests are answered", StorageDeadline);
            await stack.Gateway.KillAsync();
            await stack.StartGatewayAsync();
            await stack.UntilReadyAsync();
        }

        await over.CancelAsync();
        await Task.WhenAll(load);

        // Of the killed ones the last gateway tells the end, when it has published all that they left behind.
        await Eventually.EqualsAsync(
            (long)Kills, () => stack.QueryAsync<long>("SELECT count(*) FROM usage_sources WHERE ended_at IS NOT NULL"), StorageDeadline);
        await Eventually.IsTrueAsync(
            async () => answered.Keys.Except((await stack.QueryAsync<string[]>($"SELECT array_agg(path) {EventsOf(organization)}"))).Any() is false,
            "every answered request is stored", StorageDeadline);
        Assert.Equal(
            0, await stack.QueryAsync<long>($"SELECT count(*) FROM (SELECT path {EventsOf(organization)} GROUP BY path HAVING count(*) > 1) AS doubled"));
        await stack.Gateway.StopAsync();
        await Eventually.EqualsAsync(0, async () => (await stack.RunKeygenAsync("reconcile", "--grace", "0s")).ExitCode, StorageDeadline);
    }

    /// <summary>One request after the other, none of them repeated; notes which were answered.</summary>
    private static async Task RequestAsync(
        Stack stack, string key, int number, ConcurrentDictionary<string, bool> answered, CancellationToken over)
    {
        using var client = stack.Client(key);
        for (var request = 1; !over.IsCancellationRequested; request++)
        {
            using var response = await TryGetAsync(client, $"/{number}/{request}", answered);
        }
    }

    /// <summary>The same with answers that are still under way when the gateway is killed.</summary>
    private static async Task ReadSlowlyAsync(
        Stack stack, string key, int number, ConcurrentDictionary<string, bool> answered, CancellationToken over)
    {
        using var client = stack.Client(key);
        for (var request = 1; !over.IsCancellationRequested; request++)
        {
            using var response = await TryGetAsync(client, $"/bytes/{LargeBody + (Readers * request) + number}", answered);
            await Task.Delay(200, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<HttpResponseMessage?> TryGetAsync(HttpClient client, string path, ConcurrentDictionary<string, bool> answered)
    {
        try
        {
            var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                answered[path] = true;
            }

            return response;
        }
        catch (HttpRequestException)
        {
            // The gateway was killed, or is not back yet: whether this one is stored is nobody's business.
            await Task.Delay(10);
            return null;
        }
    }

    private static string EventsOf(string organization) => $"FROM usage_events WHERE organization_id = '{organization}'";
}
