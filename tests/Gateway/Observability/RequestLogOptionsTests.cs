using Gateway.Hosting.Settings;
using Gateway.Observability;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Observability;

public sealed class RequestLogOptionsTests
{
    private const string Setting = "Logging:Requests:SampleRatio";

    [Theory]
    [InlineData("1", 10_000, 10_000)]
    [InlineData("0.1", 800, 1_200)]
    [InlineData("0", 0, 0)]
    public void So_many_requests_get_a_line(string ratio, int least, int most)
    {
        var options = Read(ratio);

        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => options.Includes(Guid.CreateVersion7(), 200)), least, most);
    }

    [Fact]
    public void Failure_of_ours_or_the_backends_always_gets_a_line()
    {
        var options = Read("0");

        Assert.All((int[])[500, 502, 503, 504], status => Assert.True(options.Includes(Guid.CreateVersion7(), status)));
        Assert.False(options.Includes(Guid.CreateVersion7(), 429));
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("-1")]
    [InlineData("half")]
    public void Ratio_that_is_none_is_named(string ratio)
    {
        Assert.StartsWith(Setting, Assert.Throws<SettingException>(() => Read(ratio)).Message, StringComparison.Ordinal);
    }

    private static RequestLogOptions Read(string ratio) =>
        RequestLogOptions.Read(new ConfigurationBuilder().AddInMemoryCollection([new(Setting, ratio)]).Build());
}
