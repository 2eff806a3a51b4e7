using System.Security.Cryptography;

namespace Gateway.Database.Roles;

/// <summary>
/// What PostgreSQL stores of a password (RFC 5803, https://www.postgresql.org/docs/current/catalog-pg-authid.html). Made here, as
/// psql's <c>\password</c> does, so that no password is in a statement: statements end up in the server's log.
/// </summary>
internal static class ScramVerifier
{
    /// <summary>As PostgreSQL itself (SCRAM_SHA_256_DEFAULT_ITERATIONS, SCRAM_DEFAULT_SALT_LEN).</summary>
    private const int Iterations = 4096;

    private const int SaltBytes = 16;

    /// <exception cref="FormatException">The password has characters that SASLprep (RFC 4013) may change, which is not done here.</exception>
    public static void Check(string password)
    {
        if (password.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new FormatException("has a password with other characters than ASCII's; choose another");
        }
    }

    /// <summary>Of a password that passes <see cref="Check"/>.</summary>
    public static string Of(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
    }
}
