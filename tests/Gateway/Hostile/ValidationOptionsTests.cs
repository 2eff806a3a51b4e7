using Gateway.Hosting.Settings;
using Gateway.Validation;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Hostile;

public sealed class ValidationOptionsTests
{
    [Fact]
    public void Methods_are_the_usual_ones_unless_set()
    {
        Assert.Equal("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS", Read(null).Allow);
        Assert.Equal("GET, QUERY, VERSION-CONTROL", Read("GET,QUERY , VERSION-CONTROL").Allow);
        Assert.True(Read("GET,QUERY").Methods.SetEquals(["GET", "QUERY"]));
    }

    [Theory]
    [InlineData("GET,TRACE")]
    [InlineData("CONNECT")]
    [InlineData("get")]
    [InlineData("GET POST")]
    [InlineData(",")]
    public void Method_that_is_never_forwarded_is_named_with_what_is_allowed(string value)
    {
        var exception = Assert.Throws<SettingException>(() => Read(value));

        Assert.StartsWith("Proxy:Methods: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("allowed", exception.Message, StringComparison.Ordinal);
    }

    private static ValidationOptions Read(string? methods) => ValidationOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection([new("Proxy:Methods", methods)]).Build());
}
