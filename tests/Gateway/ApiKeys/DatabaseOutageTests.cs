using System.Diagnostics;
using System.Net;
using Gateway.ApiKeys.Synchronization;
using Gateway.Contracts;
using Gateway.Contracts.ApiKeys;
using Gateway.Database.Running;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.ApiKeys;

public sealed class DatabaseOutageTests(TestServers servers)
{
    private const string Database = "gateway";
    private const int MaximumAgeSeconds = 3;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_PostgreSQL_known_keys_work_and_unknown_keys_get_503_until_it_is_back(bool isFrozen)
    {
        using var directory = new TemporaryDirectory();
        await using var postgres = await PostgresServer.StartAsync(directory.Combine("postgres"), FreePort.Next(), durable: true, default);
        await postgres.CreateDatabaseAsync(Database, default);
        await new MigrationRunner(postgres.ConnectionString(Database), Migration.All).UpAsync(default);

        var customers = new Customers(postgres.Url(Database));
        var knownCustomer = await customers.CreateAsync();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend,
            (EnvironmentVariables.DatabaseUrl, postgres.Url(Database)),
            ("ApiKeys:QueryTimeoutMilliseconds", "1000"));
        using var known = gateway.ClientOf(knownCustomer);
        using var unknown = gateway.ClientOf(knownCustomer with { Key = ApiKeyFormat.Generate(ApiKeyEnvironment.Live) });
        Assert.Equal(HttpStatusCode.OK, (await known.GetAsync("/")).StatusCode);

        if (isFrozen)
        {
            postgres.Process.Freeze();
        }
        else
        {
            await postgres.Process.KillAsync();
        }

        // The last connections of a killed server may still answer for a moment, one after the other.
        using var refused = await Eventually.BecomesAsync(
            () => unknown.GetAsync("/"), response => response.StatusCode == HttpStatusCode.ServiceUnavailable, "the key cannot be checked");
        Assert.Equal("urn:gateway:problem:key-check-unavailable", (await refused.ReadProblemAsync()).Type());
        Assert.Equal("1", refused.Headers.RetryAfter?.ToString());
        for (var request = 0; request < 50; request++)
        {
            Assert.Equal(HttpStatusCode.OK, (await known.GetAsync("/")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, await gateway.StatusOfAsync("/health/ready"));

        if (isFrozen)
        {
            postgres.Process.Thaw();
        }
        else
        {
            await postgres.StartProcessAsync(default);
        }

        await Eventually.EqualsAsync(HttpStatusCode.Unauthorized, async () => (await unknown.GetAsync("/")).StatusCode);
        var newCustomer = await customers.CreateAsync();
        using var made = gateway.ClientOf(newCustomer);
        Assert.Equal(HttpStatusCode.OK, (await made.GetAsync("/")).StatusCode);
        await customers.RevokeAsync(newCustomer);
        await Eventually.EqualsAsync(HttpStatusCode.Unauthorized, async () => (await made.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Without_PostgreSQL_known_keys_stop_at_their_maximum_age_with_503_and_work_again_when_it_is_back()
    {
        using var directory = new TemporaryDirectory();
        await using var postgres = await PostgresServer.StartAsync(directory.Combine("postgres"), FreePort.Next(), durable: true, default);
        await postgres.CreateDatabaseAsync(Database, default);
        await new MigrationRunner(postgres.ConnectionString(Database), Migration.All).UpAsync(default);
        var customer = await new Customers(postgres.Url(Database)).CreateAsync();
        await using var backend = await Backend.StartAsync(AnswerAsync);
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend,
            (EnvironmentVariables.DatabaseUrl, postgres.Url(Database)),
            ("ApiKeys:MaximumAgeSeconds", $"{MaximumAgeSeconds}"),
            ("ApiKeys:PollSeconds", "1"),
            ("ApiKeys:QueryTimeoutMilliseconds", "1000"),
            ("RateLimits:PerMinute", "1000000"),
            ("RateLimits:PerDay", "1000000"));
        using var client = gateway.ClientOf(customer);
        using var stream = await client.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead);

        await postgres.Process.KillAsync();
        var freshness = gateway.Services.GetRequiredService<KeyFreshness>();
        HttpStatusCode status;
        while ((status = (await client.GetAsync("/")).StatusCode) == HttpStatusCode.OK)
        {
            Assert.True(freshness.Age < TimeSpan.FromSeconds(30), "the key goes on working");
        }

        // Never a 401: the key may well be valid. And not earlier than promised.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.InRange(freshness.Age, TimeSpan.FromSeconds(MaximumAgeSeconds), TimeSpan.FromSeconds(10));

        // Streams stop with it, and not as long after it again.
        await Assert.ThrowsAsync<HttpRequestException>(
            () => stream.Content.ReadAsByteArrayAsync().WaitAsync(TimeSpan.FromSeconds(MaximumAgeSeconds)));
        await postgres.StartProcessAsync(default);
        await Eventually.EqualsAsync(HttpStatusCode.OK, async () => (await client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Gateway_stops_in_time_while_PostgreSQL_hangs()
    {
        using var directory = new TemporaryDirectory();
        await using var postgres = await PostgresServer.StartAsync(directory.Combine("postgres"), FreePort.Next(), durable: true, default);
        await postgres.CreateDatabaseAsync(Database, default);
        await new MigrationRunner(postgres.ConnectionString(Database), Migration.All).UpAsync(default);
        var customer = await new Customers(postgres.Url(Database)).CreateAsync();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend,
            (EnvironmentVariables.DatabaseUrl, postgres.Url(Database)),
            ("ApiKeys:PollSeconds", "1"),
            ("ApiKeys:RefreshSeconds", "1"),
            ("ApiKeys:QueryTimeoutMilliseconds", "1000"));
        using var client = gateway.ClientOf(customer);
        using var unknown = gateway.ClientOf(customer with { Key = ApiKeyFormat.Generate(ApiKeyEnvironment.Live) });
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);

        // It has to hang in the middle of everything: polling, reading everything, one look-up.
        postgres.Process.Freeze();
        await Eventually.EqualsAsync(HttpStatusCode.ServiceUnavailable, async () => (await unknown.GetAsync("/")).StatusCode);
        var started = Stopwatch.GetTimestamp();
        await gateway.StopAsync();
        var duration = Stopwatch.GetElapsedTime(started);
        postgres.Process.Thaw();

        // Of the 30 s that there are before it is killed with events that are not delivered.
        Assert.InRange(duration, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/events")
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("1");
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
    }
}
