using Gateway.RateLimiting.Redis;

namespace Gateway.Tests.RateLimiting;

public sealed class RedisUrlTests
{
    [Theory]
    [InlineData("redis://localhost", "localhost:6379", null, null, 0, false)]
    [InlineData("redis://10.0.0.7:7000/3", "10.0.0.7:7000", null, null, 3, false)]
    [InlineData("redis://:p%40ss@host", "host:6379", null, "p@ss", 0, false)]
    [InlineData("redis://default:pass@host", "host:6379", null, "pass", 0, false)]
    [InlineData("redis://some%3Abody:p%3Ass@host", "host:6379", "some:body", "p:ss", 0, false)]
    [InlineData("rediss://pass@host:6380", "host:6380", null, "pass", 0, true)]
    public void Url_is_understood(string url, string endPoint, string? user, string? password, int database, bool usesTls)
    {
        var options = RedisUrl.Parse(url);

        Assert.EndsWith(endPoint, options.EndPoints.Single().ToString(), StringComparison.Ordinal);
        Assert.Equal(user, options.User);
        Assert.Equal(password, options.Password);
        Assert.Equal(database, options.DefaultDatabase);
        Assert.Equal(usesTls, options.Ssl);
    }

    [Theory]
    [InlineData("redis://one,two:6380,[::1]:7000/0")]
    [InlineData("rediss://:pass@one:6379,two:6380,[::1]:7000")]
    public void Several_hosts_are_the_nodes_of_one_Redis(string url)
    {
        var options = RedisUrl.Parse(url);

        Assert.Equal("one:6379, two:6380, [::1]:7000", RedisUrl.Describe(options));
    }

    [Theory]
    [InlineData("localhost:6379")]
    [InlineData("http://hunter2@host")]
    [InlineData("redis://")]
    [InlineData("redis://:hunter2@host/first")]
    [InlineData("redis://:hunter2@host?ssl=true")]
    [InlineData("redis://:hunter2@host,")]
    [InlineData("redis://:hunter2@one,two/1")]
    [InlineData("redis://:hunter2@one:port,two")]
    public void Anything_else_is_refused_without_repeating_a_password(string url)
    {
        var exception = Assert.Throws<FormatException>(() => RedisUrl.Parse(url));

        Assert.DoesNotContain("hunter2", exception.Message, StringComparison.Ordinal);
    }
}
