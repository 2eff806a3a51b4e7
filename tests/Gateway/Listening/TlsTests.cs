using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.Hosting.Settings;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Listening;

public sealed class TlsTests(TestServers servers)
{
    [Fact]
    public async Task HTTP_1_and_HTTP_2_are_spoken_over_TLS_and_nothing_in_the_clear()
    {
        using var directory = new TemporaryDirectory();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(backend, directory, TestCertificate.Named("first"));
        var customer = await gateway.Customers.CreateAsync();
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null } };
        using var client = new HttpClient(handler) { BaseAddress = gateway.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new("Bearer", customer.Key);

        foreach (var version in (Version[])[HttpVersion.Version11, HttpVersion.Version20])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var response = await client.SendAsync(request);
            Assert.Equal((HttpStatusCode.OK, version), (response.StatusCode, response.Version));
        }

        Assert.Equal("https", backend.Received.First().Headers["X-Forwarded-Proto"]);
        Assert.Empty(await RawConnection.ExchangeAsync(gateway.Client.BaseAddress!, "GET / HTTP/1.1\r\nHost: gateway\r\n\r\n"));
    }

    [Theory]
    [InlineData(SslProtocols.Tls13, true)]
    [InlineData(SslProtocols.Tls12, true)]
#pragma warning disable SYSLIB0039, CA5397 // That it is refused is the point.
    [InlineData(SslProtocols.Tls11, false)]
#pragma warning restore SYSLIB0039, CA5397
    public async Task Nothing_older_than_TLS_1_2_is_spoken(SslProtocols protocol, bool isSpoken)
    {
        using var directory = new TemporaryDirectory();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(backend, directory, TestCertificate.Named("first"));

        var name = await SubjectAsync(gateway, protocol);

        Assert.Equal(isSpoken ? "CN=first" : null, name);
    }

    [Fact]
    public async Task Renewed_certificate_is_used_without_a_restart_and_a_broken_one_never()
    {
        using var directory = new TemporaryDirectory();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(backend, directory, TestCertificate.Named("first"));
        Assert.Equal("CN=first", await SubjectAsync(gateway));

        // As cert-manager and Kubernetes do: the files are links through a link that is swapped.
        Swap(directory, "second", TestCertificate.Named("second"));
        await Eventually.EqualsAsync("CN=second", () => SubjectAsync(gateway));

        // Half written, and then a key that belongs to another certificate.
        await File.WriteAllTextAsync(directory.Combine("second/tls.crt"), TestCertificate.Named("half").Certificate[..100]);
        await StaysAsync("CN=second");
        await File.WriteAllTextAsync(directory.Combine("second/tls.crt"), TestCertificate.Named("other").Certificate);
        await StaysAsync("CN=second");
        File.Delete(directory.Combine("second/tls.crt"));
        await StaysAsync("CN=second");

        Swap(directory, "third", TestCertificate.Named("third"));
        await Eventually.EqualsAsync("CN=third", () => SubjectAsync(gateway));

        async Task StaysAsync(string name)
        {
            // A look is taken every second.
            await Task.Delay(TimeSpan.FromMilliseconds(1_200));
            Assert.Equal(name, await SubjectAsync(gateway));
        }
    }

    [Fact]
    public async Task Certificate_may_be_PKCS_12()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllBytesAsync(directory.Combine("tls.pfx"), TestCertificate.Named("packed").Pkcs12);
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend, ("Proxy:Tls:Certificate", directory.Combine("tls.pfx")), ("Proxy:Tls:Password", "secret"));

        Assert.Equal("CN=packed", await SubjectAsync(gateway));
    }

    [Theory]
    [InlineData("Proxy:Tls:Certificate", "missing.crt", "could not find file", "tls.key")]
    [InlineData("Proxy:Tls:Certificate", "tls.key", "", "tls.key")]
    [InlineData("Proxy:Tls:Certificate", "", "", "tls.key")]
    public async Task Certificate_that_cannot_be_used_stops_the_start(string setting, string certificate, string reason, string key)
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.Combine("tls.key"), TestCertificate.Named("first").Key);

        var exception = await Assert.ThrowsAsync<SettingException>(() => GatewayUnderTest.StartUnreadyAsync(
            "postgresql://user:hunter2@127.0.0.1/gateway?sslmode=disable",
            ("REDIS_URL", "redis://127.0.0.1"),
            ("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"),
            ("ReverseProxy:Clusters:default:Destinations:default:Address", "http://127.0.0.1:9000/"),
            ("Proxy:Tls:Certificate", certificate.Length == 0 ? "" : directory.Combine(certificate)),
            ("Proxy:Tls:Key", directory.Combine(key))));

        Assert.StartsWith(setting + ": ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("allowed", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.DoesNotContain("PRIVATE KEY", exception.Message, StringComparison.Ordinal);
    }

    private Task<GatewayUnderTest> StartAsync(Backend backend, TemporaryDirectory directory, TestCertificate certificate)
    {
        Swap(directory, "first", certificate);
        File.CreateSymbolicLink(directory.Combine("tls.crt"), "current/tls.crt");
        File.CreateSymbolicLink(directory.Combine("tls.key"), "current/tls.key");
        return GatewayUnderTest.StartAsync(
            servers,
            backend,
            ("Proxy:Tls:Certificate", directory.Combine("tls.crt")),
            ("Proxy:Tls:Key", directory.Combine("tls.key")),
            ("Proxy:Tls:ReloadSeconds", "1"));
    }

    private static void Swap(TemporaryDirectory directory, string name, TestCertificate certificate)
    {
        Directory.CreateDirectory(directory.Combine(name));
        File.WriteAllText(directory.Combine(name + "/tls.crt"), certificate.Certificate);
        File.WriteAllText(directory.Combine(name + "/tls.key"), certificate.Key);
        File.Delete(directory.Combine("current"));
        File.CreateSymbolicLink(directory.Combine("current"), name);
    }

    /// <summary>Whose certificate a new connection gets; null where there is no handshake.</summary>
    private static async Task<string?> SubjectAsync(GatewayUnderTest gateway, SslProtocols protocols = SslProtocols.None)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Client.BaseAddress!.Host, gateway.Client.BaseAddress.Port);
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, static (_, certificate, _, _) => certificate is not null);
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = protocols });
            return stream.RemoteCertificate!.Subject;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            return null;
        }
    }
}
