using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Tests.Listening;

/// <summary>A certificate for localhost, as PEM.</summary>
internal sealed class TestCertificate
{
    private TestCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        Certificate = certificate.ExportCertificatePem();
        Key = key.ExportPkcs8PrivateKeyPem();
        Pkcs12 = certificate.Export(X509ContentType.Pkcs12, "secret");
    }

    public string Certificate { get; }

    public string Key { get; }

    /// <summary>Both, encrypted with "secret".</summary>
    public byte[] Pkcs12 { get; }

    public static TestCertificate Named(string name) => new(name);
}
