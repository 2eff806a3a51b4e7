using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Fixtures;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests;

/// <summary>Promise 5, as an operator sees it: keygen, two gateways, one of which hangs in the end.</summary>
public sealed class RevokeTests(TestServers servers)
{
    private const int Unconfirmed = 5;

    [Fact]
    public async Task Revoke_says_so_when_the_key_has_stopped_on_every_gateway_and_names_the_one_that_does_not_answer()
    {
        await using var stack = await Stack.StartAsync(servers, await servers.EmbeddedBrokerAsync());
        var (another, anotherUrl) = await stack.StartAnotherGatewayAsync();
        var organization = await stack.KeygenAsync("org", "create", "Example Ltd");
        var key = await stack.KeygenAsync("create", "--org-id", organization, "--name", "web");
        using var atOne = stack.Client(key);
        using var atAnother = new HttpClient { BaseAddress = anotherUrl, DefaultRequestHeaders = { { "X-API-Key", key } } };
        Assert.Equal(HttpStatusCode.OK, (await atOne.GetAsync("/hello")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await atAnother.GetAsync("/hello")).StatusCode);

        var revoked = await stack.RunKeygenAsync("revoke", await KeyIdAsync(stack), "--yes", "--json", "--wait", "60s");

        Assert.Equal(HttpStatusCode.Unauthorized, (await atOne.GetAsync("/hello")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await atAnother.GetAsync("/hello")).StatusCode);
        Assert.Equal(0, revoked.ExitCode);
        var gateways = JsonDocument.Parse(revoked.Output).RootElement.GetProperty("gateways");
        Assert.Equal((2, 2), (gateways.GetProperty("confirmed").GetInt32(), gateways.GetProperty("total").GetInt32()));

        another.Freeze();
        try
        {
            await stack.KeygenAsync("create", "--org-id", organization, "--name", "other");
            var unconfirmed = await stack.RunKeygenAsync("revoke", await KeyIdAsync(stack), "--yes", "--wait", "1s");
            Assert.Equal(Unconfirmed, unconfirmed.ExitCode);
            Assert.Contains("1 of 2 gateways", unconfirmed.Errors, StringComparison.Ordinal);
        }
        finally
        {
            another.Thaw();
        }

        // It has slept through the change, and learns of it as soon as it goes on.
        Assert.Equal(0, (await stack.RunKeygenAsync("org", "suspend", organization, "--wait", "60s")).ExitCode);
    }

    private static async Task<string> KeyIdAsync(Stack stack) =>
        await stack.QueryAsync<string>("SELECT id::text FROM api_keys ORDER BY created_at DESC LIMIT 1");
}
