using System.Text;
using Gateway.Contracts;
using Gateway.Contracts.ApiKeys;
using Gateway.Database.Running;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Hostile;

/// <summary>What is no key at all, or more than one, is refused without asking anybody.</summary>
public sealed class KeyTests(TestServers servers)
{
    private const string Database = "gateway";

    [Fact]
    public async Task What_is_no_key_gets_401_without_a_look_up()
    {
        // With PostgreSQL gone, whoever is looked up gets 503: a 401 shows that nobody was.
        using var directory = new TemporaryDirectory();
        await using var postgres = await PostgresServer.StartAsync(directory.Combine("postgres"), FreePort.Next(), durable: false, default);
        await postgres.CreateDatabaseAsync(Database, default);
        await new MigrationRunner(postgres.ConnectionString(Database), Migration.All).UpAsync(default);
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend, (EnvironmentVariables.DatabaseUrl, postgres.Url(Database)), ("Logging:LogLevel:Default", "None"));
        await postgres.Process.KillAsync();
        var key = ApiKeyFormat.Generate(ApiKeyEnvironment.Live);
        await Eventually.EqualsAsync(503, () => StatusAsync(gateway, "/", $"X-API-Key: {ApiKeyFormat.Generate(ApiKeyEnvironment.Live)}"));

        foreach (var (target, headers) in Refused(key))
        {
            var status = await StatusAsync(gateway, target, headers);

            Assert.True(status == 401, $"{status} for {target} {headers[..Math.Min(headers.Length, 200)]}");
        }

        // Still so at the end, and for all that was left of the list by then.
        Assert.Equal(503, await StatusAsync(gateway, "/", $"X-API-Key: {key}"));
        Assert.Empty(backend.Received);
    }

    private static IEnumerable<(string Target, string Headers)> Refused(string key)
    {
        var wrongEnd = key[..^1] + (key[^1] == '0' ? '1' : '0');
        var swapped = key[..20] + key[21] + key[20] + key[22..];
        yield return ("/", "X: 1");
        yield return ("/", "X-API-Key: ");
        yield return ("/", "X-API-Key:");
        yield return ("/", "Authorization: ");
        yield return ("/", "Authorization: Bearer");
        yield return ("/", "Authorization: Bearer ");
        yield return ("/", $"Authorization: {key}");
        yield return ("/", $"Authorization: Basic {key}");
        yield return ("/", $"Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":"))}");
        yield return ("/", $"Authorization: Token {key}");
        yield return ("/", $"Authorization: Bearer  {key}");
        yield return ("/", $"Authorization: Bearer\t{key}");
        yield return ("/", $"Authorization: Bearer{key}");
        yield return ("/", $"Authorization: Bearer \"{key}\"");
        yield return ("/", $"Authorization: Bearer {key},");
        yield return ("/", $"Authorization: Bearer {key} {key}");
        yield return ("/", $"X-API-Key: Bearer {key}");

        // More than one.
        yield return ("/", $"X-API-Key: {key}\r\nX-API-Key: {key}");
        yield return ("/", $"X-API-Key: {key}\r\nx-api-key:");
        yield return ("/", $"X-API-Key: {key}, {key}");
        yield return ("/", $"Authorization: Bearer {key}\r\nAuthorization: Bearer {key}");
        yield return ("/", $"Authorization: Bearer {key}\r\nAuthorization: Basic eDp5");
        yield return ("/", $"Authorization: Bearer {key}, Bearer {key}");
        yield return ("/", $"Authorization: Bearer {key}\r\nX-API-Key: {key}");
        yield return ("/", $"Authorization: Bearer x\r\nX-API-Key: {key}");
        yield return ("/", $"Authorization: Bearer {key}\r\nX-API-Key:");

        // Elsewhere.
        yield return ($"/?api_key={key}", "X: 1");
        yield return ($"/?{key}", $"X-API-Key: {key}");
        yield return ($"/?a=sk_&b=sk_live_{key}", $"Authorization: Bearer {key}");
        yield return ($"/{key}", "X: 1");
        yield return ("/", $"Cookie: api_key={key}");
        yield return ("/", $"X_API_Key: {key}");
        yield return ("/", $"ApiKey: {key}");
        yield return ("/", $"Proxy-Authorization: Bearer {key}");

        // Nearly one.
        yield return ("/", $"X-API-Key: {wrongEnd}");
        yield return ("/", $"X-API-Key: {(swapped == key ? wrongEnd : swapped)}");
        yield return ("/", $"X-API-Key: {key[..^1]}");
        yield return ("/", $"X-API-Key: {key}0");
        yield return ("/", $"X-API-Key: {key}.");
        yield return ("/", $"X-API-Key: {key}%20");
        yield return ("/", $"X-API-Key: {key}\u00a0");
        yield return ("/", $"X-API-Key: {key.ToUpperInvariant()}");
        yield return ("/", $"X-API-Key: SK_LIVE_{key[8..]}");
        yield return ("/", $"X-API-Key: sk_live_{key[8..].ToUpperInvariant()}");
        yield return ("/", $"X-API-Key: pk_live_{key[8..]}");
        yield return ("/", $"X-API-Key: sk_prod_{key[8..]}");
        yield return ("/", $"X-API-Key: {key.Replace("sk_live_", "sk_test_", StringComparison.Ordinal)}");
        yield return ("/", $"X-API-Key: sk-live-{key[8..]}");
        yield return ("/", $"X-API-Key: {key[8..]}");
        yield return ("/", "X-API-Key: sk_live_");
        yield return ("/", $"X-API-Key: {new string('x', 10_000)}");
        yield return ("/", $"X-API-Key: sk_live_{new string('a', 10_000)}");
        yield return ("/", $"X-API-Key: {key}{new string('a', 10_000)}");

        // Letters that look the same: Cyrillic, full width, with a mark, invisible ones.
        yield return ("/", $"X-API-Key: ѕk_live_{key[8..]}");
        yield return ("/", $"X-API-Key: sk_livе_{key[8..]}");
        yield return ("/", $"X-API-Key: ｓk_live_{key[8..]}");
        yield return ("/", $"X-API-Key: sk_lıve_{key[8..]}");
        yield return ("/", $"X-API-Key: sk\u200b_live_{key[8..]}");
        yield return ("/", $"X-API-Key: \ufeff{key}");
        yield return ("/", $"X-API-Key: {key[..^1]}{(char)(key[^1] + 0xFEE0)}");
    }

    private static async Task<int?> StatusAsync(GatewayUnderTest gateway, string target, string headers)
    {
        await using var connection = await HostileClient.OpenAsync(gateway.Client.BaseAddress!);
        await connection.SendAsync($"GET {target} HTTP/1.1\r\nHost: gateway\r\n{headers}\r\n\r\n", Encoding.UTF8);
        return (await connection.ReadAsync())?.Status;
    }
}
