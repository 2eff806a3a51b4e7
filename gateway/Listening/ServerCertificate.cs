using System.Net.Security;
using System.Security.Cryptography;
using Gateway.Hosting.Settings;

namespace Gateway.Listening;

/// <summary>The certificate for new connections. A renewed one takes its place; one that cannot be loaded never does.</summary>
internal sealed class ServerCertificate
{
    private readonly TlsOptions _options;
    private CertificateFiles _seen;
    private volatile SslStreamCertificateContext _current;

    private ServerCertificate(TlsOptions options, CertificateFiles files, SslStreamCertificateContext current)
    {
        _options = options;
        _seen = files;
        _current = current;
    }

    public SslStreamCertificateContext Current => _current;

    /// <exception cref="SettingException">There is no usable certificate to start with.</exception>
    public static ServerCertificate Load(TlsOptions options)
    {
        try
        {
            var files = CertificateFiles.Read(options);
            return new ServerCertificate(options, files, files.Load());
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            throw new SettingException(
                TlsOptions.CertificateSetting,
                $"cannot be used: {exception.Message.ReplaceLineEndings(" ")}; allowed are files with a certificate and its private key, PEM or PKCS #12");
        }
    }

    /// <summary>Looks at the files; answers whether there is a new certificate now. One caller at a time.</summary>
    /// <exception cref="IOException">The files cannot be read.</exception>
    /// <exception cref="CryptographicException">They have changed and are not usable; said once for each change.</exception>
    public bool Renew()
    {
        var files = CertificateFiles.Read(_options);
        if (files.Equal(_seen))
        {
            return false;
        }

        _seen = files;
        _current = files.Load();
        return true;
    }

    /// <summary>What reading and loading throw where the files are to blame.</summary>
    public static bool IsUnusable(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;
}
