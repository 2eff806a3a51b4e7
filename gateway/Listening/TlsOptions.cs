using Gateway.Hosting.Settings;

namespace Gateway.Listening;

/// <summary>The certificate that customers see (section <c>Proxy:Tls</c>).</summary>
/// <param name="Certificate">
/// The file with the certificate, and after it those that lead to a root (<c>Certificate</c>): PEM, or PKCS #12 where its
/// name ends in <c>.pfx</c> or <c>.p12</c>.
/// </param>
/// <param name="Key">The PEM file with the private key (<c>Key</c>, by default the certificate's own).</param>
/// <param name="Password">What the private key is encrypted with (<c>Password</c>, nothing).</param>
/// <param name="ReloadInterval">How often the files are looked at for a renewed certificate (<c>ReloadSeconds</c>, 10).</param>
internal sealed record TlsOptions(string Certificate, string Key, string? Password, TimeSpan ReloadInterval)
{
    /// <summary>The name of the setting that a bad certificate is blamed on.</summary>
    public const string CertificateSetting = $"{Section}:Certificate";

    private const string Section = "Proxy:Tls";
    private const string KeySetting = $"{Section}:Key";

    public bool IsPkcs12 { get; } =
        Certificate.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase) || Certificate.EndsWith(".p12", StringComparison.OrdinalIgnoreCase);

    /// <summary>Null where no certificate is set.</summary>
    public static TlsOptions? Read(IConfiguration configuration)
    {
        var certificate = configuration[CertificateSetting];
        var key = configuration[KeySetting];
        if (string.IsNullOrEmpty(certificate))
        {
            return string.IsNullOrEmpty(key)
                ? null
                : throw new SettingException(CertificateSetting, $"is not set but {KeySetting} is; allowed is both or neither");
        }

        return new TlsOptions(
            certificate,
            string.IsNullOrEmpty(key) ? certificate : key,
            configuration[$"{Section}:Password"],
            configuration.Seconds($"{Section}:ReloadSeconds", 10, 1, 86_400));
    }

    /// <summary>Without the password, should it ever reach a log.</summary>
    public override string ToString() => Certificate;
}
