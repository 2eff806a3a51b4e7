using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Hosting.Settings;

/// <summary>Whom Redis's certificate must come from where that is not one of the system's authorities.</summary>
public static class RedisAuthority
{
    /// <summary>Names a PEM file.</summary>
    public const string Setting = "RateLimits:RedisCertificateAuthority";

    /// <summary>The same as an environment variable.</summary>
    public const string Variable = "RateLimits__RedisCertificateAuthority";

    /// <summary>What trusts the authorities in a PEM file, and no others; <c>null</c>, and so the system's, where no file is named.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="isEncrypted">Whether Redis is spoken to over TLS.</param>
    /// <exception cref="SettingException">The file cannot be used, or the connection is not encrypted.</exception>
    public static RemoteCertificateValidationCallback? Trust(string? file, bool isEncrypted)
    {
        if (string.IsNullOrEmpty(file))
        {
            return null;
        }

        if (!isEncrypted)
        {
            throw new SettingException(Setting, "is set but REDIS_URL asks for no TLS; allowed is rediss:// with it");
        }

        var authorities = Read(file);
        return (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, authorities);
    }

    private static X509Certificate2Collection Read(string file)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SettingException(Setting, $"\"{file}\" cannot be used: {exception.Message}");
        }

        return authorities.Count > 0
            ? authorities
            : throw new SettingException(Setting, $"\"{file}\" holds no certificate; allowed is a PEM file with at least one");
    }

    private static bool IsTrusted(
        X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        // A wrong name, or no certificate, is not mended by any authority.
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (presented is not null)
        {
            // The authorities in between are those that Redis sent along.
            foreach (var element in presented.ChainElements)
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }
        }

        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(leaf);
    }
}
