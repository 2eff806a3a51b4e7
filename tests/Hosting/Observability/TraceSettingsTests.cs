using Gateway.Hosting.Observability;
using Gateway.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Tests.Observability;

public sealed class TraceSettingsTests
{
    [Fact]
    public void No_collector_means_no_traces()
    {
        Assert.False(AreSent());
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://user:hunter2@collector/v1/traces")]
    public void Collector_gets_traces(string name, string value)
    {
        Assert.True(AreSent((name, value)));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "user:hunter2@collector")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/v1/traces")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    public void Setting_that_makes_no_sense_is_named_and_no_secret_is_repeated(string name, string value)
    {
        var exception = Assert.Throws<SettingException>(() => AreSent((name, value)));

        Assert.StartsWith($"{name}: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", exception.Message, StringComparison.Ordinal);
    }

    private static bool AreSent(params (string Name, string Value)[] settings) => TraceSettings.AreTracesSent(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value)).Build());
}
