using Gateway.Proxying;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Hostile;

public sealed class ForwardedTargetTests
{
    [Theory]
    [InlineData("http://backend", "/a%2fb", "/a%2fb", "/a%2fb", "/a%2fb")]
    [InlineData("http://backend/", "/", "/", "/", "/")]
    [InlineData("http://backend/base", "/a", "/a", "/a", "/base/a")]
    [InlineData("http://backend/base/", "/a", "/a", "/a", "/base/a")]
    [InlineData("http://backend/base/", "http://gateway", "/", "/", "/base/")]
    [InlineData("http://backend/", "/v1/%252f/c", "/v1/%2f/c", "/%2f/c", "/%252f/c")]
    [InlineData("http://backend/", "/v1/%41", "/v1/A", "/v2/v1/A", "/v2/v1/%41")]
    [InlineData("http://backend/", "/v1/%41/x", "/v1/A/x", "/v 2/A/x", "/v%202/%41/x")]
    [InlineData("http://backend/", "/v1/a", "/v1/a", "/other", "/other")]
    [InlineData("http://backend/", "/v1/ba", "/v1/ba", "/a", "/a")]
    [InlineData("http://backend", "/v1", "/v1", "", "/")]
    [InlineData("http://backend/", "/v1", "/v1", "", "/")]
    [InlineData("http://backend/base", "/v1", "/v1", "", "/base")]
    [InlineData("http://backend/base/", "/v1", "/v1", "", "/base/")]
    public void Segments_that_no_transform_changed_are_forwarded_as_they_were_sent(
        string destination, string rawTarget, string received, string path, string expected)
    {
        var target = ForwardedTarget.Build(destination, rawTarget, isResolved: false, received, path, new QueryString("?q=%zz&\\"));

        Assert.Equal(expected + "?q=%zz&\\", target.PathAndQuery);
    }

    [Fact]
    public void Resolved_path_is_what_was_routed_on()
    {
        var target = ForwardedTarget.Build("http://backend/base/", "/a/../b c", isResolved: true, "/b c", "/b c", QueryString.Empty);

        Assert.Equal("/base/b%20c", target.PathAndQuery);
    }
}
