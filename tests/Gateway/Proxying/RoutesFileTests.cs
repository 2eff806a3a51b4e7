using System.Net;
using Gateway.Hosting.Settings;
using Gateway.Proxying.Routes;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Proxying;

public sealed class RoutesFileTests(TestServers servers)
{
    [Fact]
    public async Task Changes_of_the_file_apply_while_requests_run_and_mistakes_in_it_change_nothing()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Combine("routes.json");
        await using var backend = await Backend.StartAsync();
        await using var moved = await Backend.StartAsync();
        await File.WriteAllTextAsync(file, Routes("/a/{**path}", backend));
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend, ("Proxy:RoutesFile", file), ("RateLimits:PerMinute", "1000000")); // It is asked again and again until it has seen a change.
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), await StatusesAsync(client, "/a/1", "/b/1"));
        Assert.Equal(["/a/1"], Named(backend));

        // The way most editors and ConfigMaps do it: another file in its place.
        await ReplaceAsync(file, Routes("/b/{**path}", moved));
        await Eventually.IsTrueAsync(async () => (await StatusesAsync(client, "/b/2", "/a/2")).First == HttpStatusCode.OK && !moved.Received.IsEmpty, "the new route");

        foreach (var mistake in new[] { "{ \"ReverseProxy\": { ", Routes("/{b", moved), Routes("/b/{**path}", moved).Replace("\"named\": {\"Dest", "\"typo\": {\"Dest", StringComparison.Ordinal) })
        {
            await ReplaceAsync(file, mistake);
            gateway.Services.GetRequiredService<RoutesFile>().Refresh();

            // Organizations' backends go on changing meanwhile: what is taken over next does not contain the mistake.
            var other = await gateway.Customers.CreateAsync();
            await gateway.GiveBackendAsync(other, [backend.Address]);
            await Eventually.IsTrueAsync(() => Task.FromResult(gateway.KnowsClusterOf(other.OrganizationId)), "a backend that changes beside a mistake");
            var received = moved.Received.Count;
            await StatusesAsync(client, "/b/3", "/b/4");
            Assert.Equal(received + 2, moved.Received.Count);
        }

        File.Delete(file);
        await StatusesAsync(client, "/b/5", "/b/6");
        await ReplaceAsync(file, Routes("/c/{**path}", moved));
        await Eventually.IsTrueAsync(
            async () =>
            {
                await StatusesAsync(client, "/c/1", "/c/2");
                return moved.Received.Any(request => request.Target == "/c/2");
            },
            "the file after the mistakes");
    }

    [Theory]
    [InlineData("{", "is no JSON")]
    [InlineData(null, "cannot be read")]
    public void File_that_cannot_be_used_at_start_is_named_in_one_line(string? text, string problem)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Combine("routes.json");
        if (text is not null)
        {
            File.WriteAllText(file, text);
        }

        var exception = Assert.Throws<SettingException>(() => Program.Build(
        [
            "--DATABASE_URL=postgresql://user:hunter2@127.0.0.1/gateway",
            "--REDIS_URL=redis://127.0.0.1",
            "--KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092",
            $"--Proxy:RoutesFile={file}",
        ]));

        Assert.StartsWith("Proxy:RoutesFile: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
    }

    /// <summary>One route more than the default one, to a cluster of its own.</summary>
    private static string Routes(string path, Backend backend) =>
        """
        {"ReverseProxy": {
          "Routes": {"named": {"ClusterId": "named", "Order": -1, "Match": {"Path": "PATH"}}},
          "Clusters": {"named": {"Destinations": {"one": {"Address": "ADDRESS"}}},
                       "default": {"Destinations": {"default": {"Address": "http://the-environment-and-arguments-go-first/"}}}}
        }}
        """.Replace("PATH", path, StringComparison.Ordinal).Replace("ADDRESS", backend.Address, StringComparison.Ordinal);

    private static async Task ReplaceAsync(string file, string text)
    {
        await File.WriteAllTextAsync(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }

    private static IEnumerable<string> Named(Backend backend) =>
        backend.Received.Where(request => request.Target.StartsWith("/a/", StringComparison.Ordinal)).Select(request => request.Target);

    private static async Task<(HttpStatusCode First, HttpStatusCode Second)> StatusesAsync(HttpClient client, string first, string second)
    {
        using var one = await client.GetAsync(first);
        using var two = await client.GetAsync(second);
        return (one.StatusCode, two.StatusCode);
    }
}
