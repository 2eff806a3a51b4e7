using Gateway.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Tests.Settings;

public sealed class EnvironmentSettingsTests
{
    [Fact]
    public void Analytics_database_is_the_database_unless_it_is_set()
    {
        Assert.Equal("main", Configure(("DATABASE_URL", "postgresql://main/db")).AnalyticsDatabaseUrl().Host);
        Assert.Equal("main", Configure(("DATABASE_URL", "postgresql://main/db"), ("ANALYTICS_DATABASE_URL", "")).AnalyticsDatabaseUrl().Host);
        Assert.Equal(
            "other",
            Configure(("DATABASE_URL", "postgresql://main/db"), ("ANALYTICS_DATABASE_URL", "postgresql://other/db")).AnalyticsDatabaseUrl().Host);
    }

    [Fact]
    public void Broken_analytics_database_is_named_by_its_own_variable()
    {
        var configuration = Configure(("DATABASE_URL", "postgresql://main/db"), ("ANALYTICS_DATABASE_URL", "nonsense"));

        var exception = Assert.Throws<SettingException>(() => configuration.AnalyticsDatabaseUrl());

        Assert.StartsWith("ANALYTICS_DATABASE_URL: ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kafka:9092")]
    [InlineData("10.0.0.1:9092,10.0.0.2:9092")]
    [InlineData("[::1]:9092")]
    public void Bootstrap_servers_are_taken_as_they_are(string servers) =>
        Assert.Equal(servers, Configure(("KAFKA_BOOTSTRAP_SERVERS", servers)).KafkaBootstrapServers());

    [Theory]
    [InlineData(null)]
    [InlineData("kafka")]
    [InlineData(":9092")]
    [InlineData("kafka:")]
    [InlineData("kafka:70000")]
    [InlineData("kafka:9092,")]
    [InlineData("kafka:9092, other:9092")]
    public void Anything_else_is_refused_with_what_is_allowed(string? servers)
    {
        var exception = Assert.Throws<SettingException>(() => Configure(("KAFKA_BOOTSTRAP_SERVERS", servers)).KafkaBootstrapServers());

        Assert.Contains("host:port[,host:port…]", exception.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configure(params (string Name, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)))
        .Build();
}
