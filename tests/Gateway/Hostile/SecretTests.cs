using System.Text;
using Gateway.Contracts.ApiKeys;
using Gateway.Contracts.Usage;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Hostile;

[CollectionDefinition(nameof(SecretTests), DisableParallelization = true)] // Spans of other gateways in the process would be recorded, too.
[Collection(nameof(SecretTests))]
public sealed class SecretTests(TestServers servers)
{
    private const int Forwarded = 5;

    [Fact]
    public async Task Key_its_random_part_and_its_hash_show_up_in_no_log_span_metric_answer_or_event()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend, ("Logging:LogLevel:Default", "Trace"), ("Logging:Console:LogLevel:Default", "None"),
            ("Logging:Console:LogLevel:Microsoft.AspNetCore", "None"), ("Logging:Console:LogLevel:Yarp", "None"));
        using var signals = new CapturedSignals();
        gateway.Services.GetRequiredService<ILoggerFactory>().AddProvider(signals);
        var customer = await gateway.Customers.CreateAsync();
        var revoked = await gateway.Customers.CreateAsync();
        await gateway.Customers.RevokeAsync(revoked);
        string[] keys = [customer.Key, revoked.Key, ApiKeyFormat.Generate(ApiKeyEnvironment.Test)];
        var answers = new StringBuilder();

        foreach (var key in keys)
        {
            foreach (var request in Requests(key))
            {
                await using var connection = await HostileClient.OpenAsync(gateway.Client.BaseAddress!);
                await connection.SendAsync(request.Replace("\n", "\r\n", StringComparison.Ordinal));
                var response = await connection.ReadAsync();
                Assert.NotNull(response);
                answers.Append(response.Status).AppendJoin(' ', response.Headers).Append(response.Body).AppendLine();
            }
        }

        // Of the right key's requests the first ones are forwarded, and their paths have the key in them.
        var events = await Topic.EventsAsync(await servers.EmbeddedBrokerAsync(), customer.OrganizationId, Forwarded);
        Assert.Contains(signals.Texts, text => text.StartsWith("log", StringComparison.Ordinal) && text.Contains("(redacted)", StringComparison.Ordinal));
        Assert.Contains(signals.Texts, text => text.StartsWith("span", StringComparison.Ordinal));
        Assert.Contains(signals.Texts, text => text.StartsWith("metric", StringComparison.Ordinal));
        string[] all = [.. signals.Texts, answers.ToString(), .. events.Select(usageEvent => Encoding.UTF8.GetString(UsageEventJson.Serialize(usageEvent)))];
        foreach (var secret in keys.SelectMany(Secrets))
        {
            Assert.DoesNotContain(all, text => text.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }

    private static IEnumerable<string> Secrets(string key)
    {
        var hash = ApiKeyHash.Of(key).ToArray();
        yield return key[8..^6];
        yield return key[^20..];
        yield return Convert.ToHexString(hash);
        yield return Convert.ToBase64String(hash);
        yield return Convert.ToBase64String(hash).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        yield return Convert.ToBase64String(Encoding.ASCII.GetBytes(key));
        yield return Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":"));
    }

    private static IEnumerable<string> Requests(string key)
    {
        const string Host = "Host: gateway\n";
        var basic = Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":"));

        // Right ones.
        yield return $"GET / HTTP/1.1\n{Host}X-API-Key: {key}\n\n";
        yield return $"GET / HTTP/1.1\n{Host}Authorization: Bearer {key}\n\n";
        yield return $"GET /a/{key}/b HTTP/1.1\n{Host}X-API-Key: {key}\n\n";
        yield return $"GET /{Uri.HexEscape('s')}k%5Flive{key[7..]} HTTP/1.1\n{Host}X-API-Key: {key}\n\n";
        yield return $"GET / HTTP/1.1\n{Host}X-API-Key: {key}\nCookie: key={key}\nReferer: http://a/?key={key}\nUser-Agent: {key}\n\n";

        // Wrong ones.
        yield return $"GET /?api_key={key} HTTP/1.1\n{Host}\n";
        yield return $"GET /?api_key={key} HTTP/1.1\n{Host}X-API-Key: {key}\n\n";
        yield return $"GET /{key} HTTP/1.1\n{Host}\n";
        yield return $"GET / HTTP/1.1\n{Host}Authorization: Basic {basic}\n\n";
        yield return $"GET / HTTP/1.1\n{Host}Authorization: {key}\n\n";
        yield return $"GET / HTTP/1.1\n{Host}Cookie: api_key={key}\n\n";
        yield return $"GET / HTTP/1.1\n{Host}X-API-Key: {key}\nX-API-Key: {key}\n\n";
        yield return $"GET / HTTP/1.1\n{Host}X-API-Key: {key}x\n\n";
        yield return $"GET / HTTP/1.1\n{Host}X-API-Key: {key.ToUpperInvariant()}\n\n";

        // Malformed ones.
        yield return $"TRACE /{key} HTTP/1.1\n{Host}X-API-Key: {key}\n\n";
        yield return $"{key} / HTTP/1.1\n{Host}X-API-Key: {key}\n\n";
        yield return $"GET /{key}%00 HTTP/1.1\n{Host}X-API-Key: {key}\n\n";
        yield return $"GET /{key}%1b HTTP/1.1\n{Host}X-API-Key: {key}\n\n";
        yield return $"GET /a/..%2f{key} HTTP/1.1\n{Host}X-API-Key: {key}\n\n";
        yield return $"GET / HTTP/1.1\n{Host}X-API-Key: {key}\u001b\n\n";
        yield return $"GET / HTTP/1.1\n{Host}{key}\u001b: 1\n\n";
        yield return $"GET / HTTP/1.1\n{Host}{key}\n\n";
        yield return $"GET / HTTP/1.1\nHost: {key}@gateway\nX-API-Key: {key}\n\n";
        yield return $"GET / HTTP/1.1\n{Host}X-API-Key : {key}\n\n";
        yield return $"GET {key} HTTP/1.1\n{Host}\n";
        yield return $"GET http://{key}@gateway/ HTTP/1.1\n{Host}\n";
        yield return $"POST / HTTP/1.1\n{Host}X-API-Key: {key}\nContent-Length: 3\nTransfer-Encoding: chunked\n\n0\n\n";
        yield return $"POST / HTTP/1.1\n{Host}X-API-Key: {key}\nTransfer-Encoding: {key}\n\n0\n\n";
        yield return $"POST / HTTP/1.1\n{Host}X-API-Key: {key}\nTransfer-Encoding: {key}, chunked\n\n0\n\n";
        yield return $"POST / HTTP/1.1\n{Host}X-API-Key: {key}\nTransfer-Encoding: chunked\n\n{key}\n\n";
    }
}
