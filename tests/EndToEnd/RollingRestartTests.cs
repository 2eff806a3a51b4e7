using System.Collections.Concurrent;
using System.Net;
using Gateway.EndToEnd.Tests.Fixtures;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests;

/// <summary>Promise 8, as a platform engineer keeps it: one gateway after the other is told to stop and started again, under load.</summary>
[Collection(DisturbingTests.Name)]
public sealed class RollingRestartTests(TestServers servers, ITestOutputHelper output)
{
    private const int Clients = 8;

    [Fact]
    public async Task Rolling_restart_of_two_gateways_behind_nginx_fails_no_request_and_each_is_billed_once()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var stack = Stack.Create(await servers.CreateDatabaseAsync(), (await servers.RedisAsync()).Url, broker.BootstrapServers);
        stack.Set("Shutdown__DrainSeconds", "5");
        await stack.StartBackendAsync();
        await stack.StartProcessorAsync();
        await stack.StartGatewayAsync();
        await stack.UntilReadyAsync();
        var (proxyPort, managementPort) = (FreePort.Next(), FreePort.Next());
        var other = await stack.StartGatewayAsync(proxyPort, managementPort);
        await using var balancer = await NginxBalancer.StartAsync(
            Path.Combine(stack.LogFolder, "nginx"), stack.ProxyUrl, new Uri($"http://127.0.0.1:{proxyPort}"));
        var organization = await stack.KeygenAsync("org", "create", "Rolling Ltd");
        var key = await stack.KeygenAsync("create", "--org-id", organization, "--name", "web");
        await stack.KeygenAsync("limits", "set", "--org-id", organization, "--per-minute", "10000000", "--per-day", "10000000");
        var failures = new ConcurrentBag<string>();
        var answered = 0L;
        using var over = new CancellationTokenSource();
        var load = Enumerable.Range(0, Clients).Select(async number =>
        {
            // An nginx that reads its configuration again closes its clients' connections, whatever they are about to send.
            using var client = new HttpClient { BaseAddress = balancer.Url, DefaultRequestHeaders = { { "X-API-Key", key }, { "Connection", "close" } } };
            while (!over.IsCancellationRequested)
            {
                if (await FailureAsync(client, isPost: number % 2 == 1) is { } failure)
                {
                    failures.Add(failure);
                }
                else
                {
                    Interlocked.Increment(ref answered);
                }
            }
        }).ToArray();

        await SomeMoreAsync();
        await stack.Gateway.StopAsync();
        Assert.Equal(0, stack.Gateway.ExitCode);
        await SomeMoreAsync();
        await stack.StartGatewayAsync();
        await balancer.UntilReadyAsync(gateways: 2);
        await SomeMoreAsync();
        await other.StopAsync();
        Assert.Equal(0, other.ExitCode);
        await SomeMoreAsync();
        await stack.StartGatewayAsync(proxyPort, managementPort);
        await balancer.UntilReadyAsync(gateways: 2);
        await SomeMoreAsync();
        await over.CancelAsync();
        await Task.WhenAll(load);

        output.WriteLine($"{answered} answered, {failures.Count} failed");
        Assert.Empty(failures);
        await Eventually.EqualsAsync((answered, answered), () => stack.UsageAsync(organization), TimeSpan.FromSeconds(90));

        Task SomeMoreAsync()
        {
            var enough = Interlocked.Read(ref answered) + 200;
            return Eventually.IsTrueAsync(
                () => Task.FromResult(Interlocked.Read(ref answered) >= enough || !failures.IsEmpty), "requests are answered", TimeSpan.FromSeconds(60));
        }
    }

    private static async Task<string?> FailureAsync(HttpClient client, bool isPost)
    {
        try
        {
            using var response = isPost ? await client.PostAsync("/things", new StringContent("thing")) : await client.GetAsync("/hello");
            return response.StatusCode == HttpStatusCode.OK ? null : $"{(isPost ? "POST" : "GET")}: {response.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            return exception.Message;
        }
    }
}
