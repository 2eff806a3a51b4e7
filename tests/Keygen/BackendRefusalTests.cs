namespace Gateway.Keygen.Tests;

/// <summary>Backends that are refused. There is no database here: nothing is tried.</summary>
public sealed class BackendRefusalTests : CommandLineTest
{
    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://0xA9FEA9FE/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://169.254.43518/")]
    [InlineData("http://0251.0376.0251.0376/")]
    [InlineData("http://169.254.169.254./")]
    [InlineData("http://0xA9FEA9FE./")]
    [InlineData("http://169。254。169。254/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://[::ffff:a9fe:a9fe]/")]
    [InlineData("http://[64:ff9b::a9fe:a9fe]/")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://[::]/")]
    [InlineData("http://0/")]
    [InlineData("https://100.100.100.200/")]
    public async Task Link_local_or_metadata_address_is_refused_however_it_is_spelled(string url) =>
        (await SetAsync("http://10.0.0.1", url)).Refused(2, "a link-local or metadata address");

    [Fact]
    public async Task Name_that_leads_to_a_metadata_address_is_refused()
    {
        Hosts["metadata.example"] = ["10.0.0.1", "169.254.169.254"];

        foreach (var url in (string[])["http://metadata.example", "http://METADATA.example.:80/x"])
        {
            (await SetAsync(url)).Refused(2, "leads to 169.254.169.254");
        }
    }

    [Theory]
    [InlineData("ftp://10.0.0.1/", "is no URL of a backend")]
    [InlineData("10.0.0.1:5000", "is no URL of a backend")]
    [InlineData("/health", "is no URL of a backend")]
    [InlineData("", "is empty")]
    [InlineData("http://10.0.0.1/?a=b", "contains a query or a fragment")]
    [InlineData("http://10.0.0.1/#x", "contains a query or a fragment")]
    [InlineData("http://10.0.0.1:0/", "has port 0")]
    [InlineData("http://10.0.0.1:65536/", "is no URL of a backend")]
    [InlineData("http://10.0.0.1/two\nlines", "is no URL of a backend")]
    [InlineData("http://a/sk_live_0123456789abcdefghijklmnopqrstuv", "contains an API key")]
    public async Task Url_that_is_no_backend_is_refused(string url, string problem) =>
        (await SetAsync("http://10.0.0.9", url)).Refused(2, $"URL 2 {problem}");

    [Fact]
    public async Task Password_in_a_url_is_not_repeated()
    {
        var result = await SetAsync("http://user:S3cret-of-the-test@10.0.0.1/");

        result.Refused(2, "URL 1 contains a user name or a password");
        Assert.DoesNotContain("S3cret", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_urls_than_a_backend_can_have_are_refused()
    {
        (await SetAsync([.. Enumerable.Range(1, 17).Select(n => $"http://10.0.0.{n}")])).Refused(2, "16 URLs at most");
        (await SetAsync("http://10.0.0.1", "http://10.0.0.1:80/")).Refused(2, "is there twice");
        (await SetAsync()).Refused(2, "argument missing");
    }

    [Theory]
    [InlineData("--load-balancing", "fastest", "is none of power-of-two-choices|least-requests|round-robin|random|first")]
    [InlineData("--protocol", "http3", "is none of auto|http2")]
    [InlineData("--protocol", "", "is none of auto|http2")]
    [InlineData("--health-path", "health", "is no path")]
    [InlineData("--health-path", "/he alth", "is no path")]
    [InlineData("--health-path", "/health\n", "is no path")]
    [InlineData("--timeout", "0", "is no duration from 1s to 1h")]
    [InlineData("--timeout", "61m", "is no duration from 1s to 1h")]
    [InlineData("--timeout", "-5s", "is no duration from 1s to 1h")]
    [InlineData("--timeout", "30", "is no duration from 1s to 1h")]
    public async Task Option_that_cannot_be_right_is_refused(string option, string value, string problem) =>
        (await SetAsync("http://10.0.0.1", option, value)).Refused(2, problem);

    [Fact]
    public async Task Options_that_contradict_each_other_are_refused()
    {
        (await SetAsync("http://10.0.0.1", "--health-path", "/up", "--no-health-path")).Refused(2, "contradict");
        (await SetAsync("http://10.0.0.1", "--timeout", "5s", "--default-timeout")).Refused(2, "contradict");
    }

    private Task<KeygenResult> SetAsync(params string[] more) => RunAsync(["backend", "set", "Example Ltd", .. more]);
}
