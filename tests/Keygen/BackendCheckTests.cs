using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class BackendCheckTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Backend_that_answers_works()
    {
        await using var backend = Answering("200 OK");
        await SetAsync(backend.Address + "base", "--health-path", "/up?deep=1");

        var line = Assert.Single((await RunAsync("backend", "check", $"{Organization}")).Succeeded().OutputLines).Split('\t');
        var json = (await RunAsync("backend", "check", "Example Ltd", "--json")).Succeeded().Json;

        Assert.Equal([$"{backend.Address}base/up?deep=1", "works", "200"], line[..3]);
        Assert.Equal(["organizationId", "organizationName", "healthPath", "works", "addresses"], json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(
            ["url", "works", "status", "httpVersion", "milliseconds", "certificateExpiresAt", "problem"],
            json.GetProperty("addresses")[0].EnumerateObject().Select(field => field.Name));
        Assert.Contains("GET /base/up?deep=1 HTTP/1.1", backend.LastRequest, StringComparison.Ordinal);
        Assert.Contains("works", (await RunAtTerminalAsync(string.Empty, "backend", "check", $"{Organization}")).Succeeded().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("204 No Content", true, 0)]
    [InlineData("302 Found", true, 1)]
    [InlineData("404 Not Found", true, 1)]
    [InlineData("404 Not Found", false, 0)]
    [InlineData("302 Found", false, 0)]
    [InlineData("503 Service Unavailable", false, 1)]
    public async Task Health_path_has_to_answer_well_and_an_address_only_to_be_alive(string answer, bool hasHealthPath, int exitCode)
    {
        await using var backend = Answering(answer);
        await SetAsync(backend.Address, hasHealthPath ? ["--health-path", "/up"] : []);

        var result = await RunAsync("backend", "check", $"{Organization}", "--timeout", "1m", "--json");

        Assert.Equal((exitCode, int.Parse(answer[..3])), (result.ExitCode, result.Json.GetProperty("addresses")[0].GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task Every_address_is_asked_and_one_that_fails_is_enough_to_fail()
    {
        await using var works = Answering("200 OK");
        await using var nonsense = new TestBackend(static async stream => await stream.WriteAsync("SSH-2.0-OpenSSH\r\n"u8.ToArray()));
        await using var closing = new TestBackend(static stream => Task.CompletedTask);
        using var certificate = MakeCertificate();
        await using var encrypted = new TestBackend(stream => EncryptAsync(stream, certificate));
        var refusing = $"http://127.0.0.1:{FreePort.Next()}/";
        await SetAsync(works.Address, nonsense.Address, closing.Address, $"https://127.0.0.1:{new Uri(encrypted.Address).Port}/", refusing, "http://nowhere.invalid/");

        var result = await RunAsync("backend", "check", $"{Organization}", "--timeout", "1m", "--json");

        Assert.Equal(1, result.ExitCode);
        var problems = result.Json.GetProperty("addresses").EnumerateArray().Select(address => address.GetProperty("problem").GetString());
        Assert.Equal(
            [
                null, "does not answer in HTTP", "closes the connection without an answer", "TLS fails: its certificate is for another name",
                "refuses the connection", "its name cannot be resolved here",
            ],
            problems);
        Assert.StartsWith("2", result.Json.GetProperty("addresses")[3].GetProperty("certificateExpiresAt").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_that_does_not_answer_is_waited_for_as_long_as_is_said()
    {
        await using var silent = new TestBackend(static stream => Task.Delay(Timeout.Infinite));
        await SetAsync(silent.Address);

        var result = await RunAsync("backend", "check", $"{Organization}", "--timeout", "1s", "--json");

        Assert.Equal((1, "no answer in 1 s"), (result.ExitCode, result.Json.GetProperty("addresses")[0].GetProperty("problem").GetString()));
    }

    [Fact]
    public async Task Address_that_is_none_is_not_asked_and_not_repeated()
    {
        await ExecuteAsync($"INSERT INTO backends (organization_id, addresses) VALUES ('{Organization}', array['http://user:secret@10.0.0.1/'])");

        var result = await RunAsync("backend", "check", $"{Organization}");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("contains a user name or a password", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Organization_without_a_backend_of_its_own_has_nothing_to_check() =>
        (await RunAsync("backend", "check", $"{Organization}")).Refused(4, "has no backend of its own");

    [Theory]
    [InlineData("backend check nobody", 3, "there is no organization")]
    [InlineData("backend check nobody --timeout 0s", 2, "--timeout")]
    public async Task Backend_check_refuses_what_makes_no_sense(string arguments, int exitCode, string message) =>
        (await RunAsync(arguments.Split(' '))).Refused(exitCode, message);

    private static TestBackend Answering(string status) => new(
        async stream => await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nLocation: http://10.255.255.1/\r\nContent-Length: 0\r\n\r\n")));

    private static X509Certificate2 MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=another.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    private static async Task EncryptAsync(Stream stream, X509Certificate2 certificate)
    {
        await using var encrypted = new SslStream(stream, leaveInnerStreamOpen: true);
        await encrypted.AuthenticateAsServerAsync(certificate);
    }

    private async Task SetAsync(string address, params string[] more) =>
        (await RunAsync(["backend", "set", $"{Organization}", address, .. more])).Succeeded();
}
