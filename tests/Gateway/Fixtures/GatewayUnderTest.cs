using System.Net;
using Gateway.ApiKeys.Synchronization;
using Gateway.Contracts;
using Gateway.Testing;
using Gateway.Testing.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Fixtures;

/// <summary>The whole gateway as Program builds it, in this process, on free ports, with a database of its own.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly HttpClient _managementClient;
    private readonly TemporaryDirectory _directory;

    private GatewayUnderTest(WebApplication application, string databaseUrl, TemporaryDirectory directory)
    {
        _application = application;
        _directory = directory;
        DatabaseUrl = databaseUrl;
        Customers = new Customers(databaseUrl);

        // Kestrel lists them in the order in which Program makes it listen.
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        _managementClient = new HttpClient { BaseAddress = new Uri(addresses[0]) };
        Client = new HttpClient { BaseAddress = new Uri(addresses[1]) };
        Http2Address = addresses.Count > 2 ? new Uri(addresses[2]) : null;
    }

    /// <summary>A client without a key.</summary>
    public HttpClient Client { get; }

    /// <summary>Where HTTP/2 without TLS is spoken, if the settings say so.</summary>
    public Uri? Http2Address { get; }

    public string DatabaseUrl { get; }

    public Customers Customers { get; }

    public IServiceProvider Services => _application.Services;

    /// <summary>A running gateway that is ready. Further settings override the defaults.</summary>
    public static async Task<GatewayUnderTest> StartAsync(TestServers servers, Backend backend, params (string Name, string Value)[] settings)
    {
        var databaseUrl = settings.FirstOrDefault(setting => setting.Name == EnvironmentVariables.DatabaseUrl).Value
            ?? await servers.CreateDatabaseAsync();
        var gateway = await StartUnreadyAsync(
            databaseUrl,
            [
                (EnvironmentVariables.RedisUrl, (await servers.RedisAsync()).Url),
                (EnvironmentVariables.KafkaBootstrapServers, (await servers.EmbeddedBrokerAsync()).BootstrapServers),
                ("ReverseProxy:Clusters:default:Destinations:default:Address", backend.Address),
                .. settings,
            ]);
        await gateway.UntilReadyAsync();
        return gateway;
    }

    /// <summary>A gateway that listens, whatever it still waits for.</summary>
    public static async Task<GatewayUnderTest> StartUnreadyAsync(string databaseUrl, params (string Name, string Value)[] settings)
    {
        var directory = new TemporaryDirectory();
        (string Name, string Value)[] all =
        [
            ("Usage:JournalDirectory", directory.Combine("journal")),
            (EnvironmentVariables.DatabaseUrl, databaseUrl),
            ("Proxy:Address", "127.0.0.1"),
            ("Proxy:Port", "0"),
            ("Management:Address", "127.0.0.1"),
            ("Management:Port", "0"),
            ("Logging:LogLevel:Default", "Critical"),
            ("Shutdown:DrainSeconds", "0"), // Nobody balances load between tests.
            ("ApiKeys:RefusalBurst", "1000000"), // Tests about wrong keys send many; those about throttling set their own.
            // A busy test machine is no slow server; tests about slow ones set their own.
            ("ApiKeys:QueryTimeoutMilliseconds", "10000"),
            ("Quotas:LedgerTimeoutMilliseconds", "10000"),
            ("RateLimits:RedisTimeoutMilliseconds", "5000"),
            .. settings,
        ];
        var application = Program.Build([.. all.Select(setting => $"--{setting.Name}={setting.Value}")]);
        await application.StartAsync();
        return new GatewayUnderTest(application, databaseUrl, directory);
    }

    /// <summary>
    /// Waits until it is ready, and in the table of gateways too: of one that is not yet, nobody could say that it has not
    /// applied a change.
    /// </summary>
    public async Task UntilReadyAsync()
    {
        await Eventually.EqualsAsync(HttpStatusCode.OK, () => StatusOfAsync("/health/ready"));
        var synchronizer = Services.GetRequiredService<KeySynchronizer>();
        await Eventually.IsTrueAsync(() => Task.FromResult(synchronizer.IsUp), "the gateway is in step with PostgreSQL");
    }

    /// <summary>A client that sends a customer's key.</summary>
    public HttpClient ClientOf(Customer customer)
    {
        var client = new HttpClient { BaseAddress = Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new("Bearer", customer.Key);
        return client;
    }

    /// <summary>What the management port answers.</summary>
    public Task<HttpResponseMessage> ManagementAsync(string path) => _managementClient.GetAsync(new Uri(path, UriKind.Relative));

    /// <summary>Its metrics, as Prometheus gets them.</summary>
    public Task<Scrape> ScrapeAsync() => Scrape.OfAsync(_managementClient);

    public async Task<HttpStatusCode> StatusOfAsync(string managementPath)
    {
        using var response = await ManagementAsync(managementPath);
        return response.StatusCode;
    }

    /// <summary>As on SIGTERM.</summary>
    public Task StopAsync(CancellationToken patience = default) => _application.StopAsync(patience);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _managementClient.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
        _directory.Dispose();
    }
}
