using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Listening;

/// <summary>
/// The certificate's files as they were at one moment. They are compared by content, because a renewal may swap a symbolic
/// link (cert-manager, Kubernetes) or write a file anew, and neither leaves a date that can be trusted.
/// </summary>
internal sealed class CertificateFiles
{
    private readonly TlsOptions _options;
    private readonly byte[] _certificate;
    private readonly byte[] _key;

    private CertificateFiles(TlsOptions options, byte[] certificate, byte[] key)
    {
        _options = options;
        _certificate = certificate;
        _key = key;
    }

    /// <exception cref="IOException">A file is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static CertificateFiles Read(TlsOptions options)
    {
        var certificate = File.ReadAllBytes(options.Certificate);
        return new CertificateFiles(
            options, certificate, string.Equals(options.Key, options.Certificate, StringComparison.Ordinal) ? certificate : File.ReadAllBytes(options.Key));
    }

    public bool Equal(CertificateFiles other) =>
        _certificate.AsSpan().SequenceEqual(other._certificate) && _key.AsSpan().SequenceEqual(other._key);

    /// <summary>What handshakes need. Nothing is fetched from anywhere: the chain is what the file says.</summary>
    /// <exception cref="CryptographicException">It is half written, of the wrong format, or certificate and key do not belong together.</exception>
    public SslStreamCertificateContext Load()
    {
        var chain = new X509Certificate2Collection();
        var certificate = _options.IsPkcs12 ? LoadPkcs12(chain) : LoadPem(chain);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private X509Certificate2 LoadPem(X509Certificate2Collection chain)
    {
        var certificate = ToText(_certificate);
        var key = ToText(_key);
        chain.ImportFromPem(certificate);
        return string.IsNullOrEmpty(_options.Password)
            ? X509Certificate2.CreateFromPem(certificate, key)
            : X509Certificate2.CreateFromEncryptedPem(certificate, key, _options.Password);
    }

    private X509Certificate2 LoadPkcs12(X509Certificate2Collection chain)
    {
        chain.AddRange(X509CertificateLoader.LoadPkcs12Collection(_certificate, _options.Password));
        return chain.FirstOrDefault(static certificate => certificate.HasPrivateKey)
            ?? throw new CryptographicException("it holds no private key");
    }

    private static string ToText(byte[] file) => System.Text.Encoding.ASCII.GetString(file);
}
