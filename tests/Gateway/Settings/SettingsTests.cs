using Gateway.Hosting.Settings;

namespace Gateway.Tests.Settings;

public sealed class SettingsTests
{
    private static readonly Dictionary<string, string> Valid = new()
    {
        ["DATABASE_URL"] = "postgresql://user:hunter2@127.0.0.1/gateway?sslmode=disable",
        ["REDIS_URL"] = "redis://127.0.0.1",
        ["KAFKA_BOOTSTRAP_SERVERS"] = "127.0.0.1:9092",
        ["Proxy:Port"] = "0",
        ["Management:Port"] = "0",
        ["ReverseProxy:Clusters:default:Destinations:default:Address"] = "http://127.0.0.1:9000/",
    };

    [Fact]
    public async Task Valid_settings_build_a_gateway()
    {
        await using var application = Program.Build(Arguments(Valid));
    }

    [Theory]
    [InlineData("DATABASE_URL", "")]
    [InlineData("DATABASE_URL", "mysql://user:hunter2@host/db")]
    [InlineData("DATABASE_URL", "postgresql://user:hunter2@host:99999/db")]
    [InlineData("DATABASE_URL", "postgresql://user:hunter2@host/db?nonsense=1")]
    [InlineData("REDIS_URL", "")]
    [InlineData("REDIS_URL", "127.0.0.1:6379")]
    [InlineData("KAFKA_BOOTSTRAP_SERVERS", "")]
    [InlineData("KAFKA_BOOTSTRAP_SERVERS", "localhost")]
    [InlineData("KAFKA_BOOTSTRAP_SERVERS", "localhost:0")]
    [InlineData("Proxy:Port", "http")]
    [InlineData("Proxy:Port", "65536")]
    [InlineData("Proxy:Address", "everywhere")]
    [InlineData("Proxy:Health", "yes please")]
    [InlineData("Proxy:Retries", "4")]
    [InlineData("Proxy:BreakSeconds", "0")]
    [InlineData("Proxy:AllowLinkLocalBackends", "perhaps")]
    [InlineData("ReverseProxy:Routes:default:ClusterId", "typo")]
    [InlineData("ApiKeys:MaximumAgeSeconds", "2")]
    [InlineData("ReverseProxy:Routes:default:Metadata:RequiredScope", "Reports")]
    [InlineData("ReverseProxy:Routes:default:Metadata:RequiredScopes", "reports")]
    [InlineData("ReverseProxy:Routes:default:Metadata:Units", "free")]
    [InlineData("ReverseProxy:Routes:default:Metadata:Units.PSOT", "5")]
    [InlineData("Proxy:Http2Port", "h2c")]
    [InlineData("Proxy:Limits:BodyBytes", "1 MB")]
    [InlineData("Proxy:Limits:RateGraceSeconds", "1")]
    [InlineData("Streams:CloseOnRevocation", "sometimes")]
    [InlineData("Cors:Policies:web:Origins", "app.example.com")]
    [InlineData("Cors:Policies:web:Origins", "https://app.example.com/path")]
    [InlineData("Cors:Policies:backend", "")]
    [InlineData("ReverseProxy:Routes:default:CorsPolicy", "unheard-of")]
    [InlineData("Management:Port", "-1")]
    [InlineData("RateLimits:PerMinute", "0")]
    [InlineData("RateLimits:PerDay", "1000000000001")]
    [InlineData("RateLimits:BurstPerMinute", "many")]
    [InlineData("Quotas:ReconcileSeconds", "0")]
    [InlineData("Quotas:ExcessSeconds", "30")]
    [InlineData("Quotas:LedgerTimeoutMilliseconds", "forever")]
    [InlineData("ANALYTICS_DATABASE_URL", "mysql://user:hunter2@host/db")]
    [InlineData("ApiKeys:RefreshSeconds", "1.5")]
    [InlineData("Usage:BatchSize", "0")]
    [InlineData("ReverseProxy:Clusters:default:Destinations:default:Address", "")]
    [InlineData("ReverseProxy:Clusters:default:Destinations:default:Address", "backend:9000")]
    [InlineData("ReverseProxy:Clusters:default:Destinations:default:Address", "ftp://backend")]
    public void Value_that_makes_no_sense_is_named_in_one_line_with_what_is_allowed_and_without_a_password(string name, string value)
    {
        var exception = Assert.Throws<SettingException>(() => Program.Build(Arguments(new(Valid) { [name] = value })));

        Assert.StartsWith(name + ": ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("allowed", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.DoesNotContain("hunter2", exception.Message, StringComparison.Ordinal);
    }

    private static string[] Arguments(Dictionary<string, string> settings) =>
        [.. settings.Select(setting => $"--{setting.Key}={setting.Value}")];
}
