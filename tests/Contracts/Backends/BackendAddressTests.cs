using Gateway.Contracts.Backends;

namespace Gateway.Contracts.Tests.Backends;

public sealed class BackendAddressTests
{
    [Theory]
    [InlineData("http://backend")]
    [InlineData("http://backend:8080/")]
    [InlineData("https://api.example.com/base/path")]
    [InlineData("http://[::1]:80/")]
    [InlineData("http://10.0.0.1:65535")]
    public void Url_of_a_backend_is_allowed(string text)
    {
        Assert.True(BackendAddress.TryParse(text, out var address, out var problem));
        Assert.Equal(new Uri(text), address);
        Assert.Null(problem);
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("backend:8080", "no URL")]
    [InlineData("/var/run/socket", "no URL")]
    [InlineData("ftp://backend/", "no URL")]
    [InlineData("file:///etc/passwd", "no URL")]
    [InlineData("http://", "no URL")]
    [InlineData("http://back end/", "no URL")]
    [InlineData("http://backend\n/", "no URL")]
    [InlineData("http:\\\\backend\\", "no URL")]
    [InlineData("http://backend:99999/", "no URL")]
    [InlineData("http://backend:0/", "port 0")]
    [InlineData("http://user:password@backend/", "password")]
    [InlineData("http://backend/?a=b", "query")]
    [InlineData("http://backend/#a", "fragment")]
    public void Anything_else_is_refused_with_the_reason(string? text, string reason)
    {
        Assert.False(BackendAddress.TryParse(text, out var address, out var problem));
        Assert.Null(address);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("user:password", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_long_a_url_is_refused() =>
        Assert.False(BackendAddress.TryParse("http://backend/" + new string('a', BackendAddress.MaximumLength), out _, out _));
}
