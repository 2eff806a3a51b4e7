using Npgsql;

namespace Gateway.Database.Urls;

/// <summary>What libpq does with <c>sslmode</c> and <c>sslrootcert</c> together, so that nobody gets less than psql would give.</summary>
internal static class CertificateRules
{
    private const string SystemStore = "system";

    public static void Apply(NpgsqlConnectionStringBuilder builder, IReadOnlyDictionary<string, string> values)
    {
        if (builder.RootCertificate == SystemStore)
        {
            // Npgsql uses the system's certificates where no file is named.
            builder.RootCertificate = null;
            if (values.ContainsKey("sslmode") && builder.SslMode != SslMode.VerifyFull)
            {
                throw new FormatException("sslrootcert=system needs sslmode verify-full: any public authority would do otherwise");
            }

            builder.SslMode = SslMode.VerifyFull;
        }
        else if (builder is { RootCertificate: not null, SslMode: SslMode.Require })
        {
            // "If a root CA file exists, the behavior of sslmode=require is the same as that of verify-ca."
            builder.SslMode = SslMode.VerifyCA;
        }
    }
}
