using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Contracts.ApiKeys;

/// <summary>
/// The format of an API key: <c>sk_live_</c> or <c>sk_test_</c>, 26 random characters of <c>[a-z0-9]</c> (134 bits),
/// then six characters of checksum: the CRC-32 (ISO 3309, as in zip) of everything before it, modulo 36⁶, in base 36.
/// The checksum refuses typing errors and random guesses without a look-up, and lets secret scanners verify a find offline.
/// </summary>
public static class ApiKeyFormat
{
    /// <summary>Characters in a key.</summary>
    public const int Length = PrefixLength + RandomLength + ChecksumLength;

    /// <summary>How many of a key's first characters may be shown and stored to recognize it by: too few to guess the rest from.</summary>
    public const int DisplayLength = 12;

    private const int PrefixLength = 8;
    private const int RandomLength = 26;
    private const int ChecksumLength = 6;
    private const uint ChecksumModulus = 36u * 36 * 36 * 36 * 36 * 36;
    private const string LivePrefix = "sk_live_";
    private const string TestPrefix = "sk_test_";
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static readonly SearchValues<char> AlphabetCharacters = SearchValues.Create(Alphabet);

    /// <summary>Makes a new key from the operating system's cryptographic random numbers.</summary>
    public static string Generate(ApiKeyEnvironment environment)
    {
        var body = (environment == ApiKeyEnvironment.Live ? LivePrefix : TestPrefix)
            + RandomNumberGenerator.GetString(Alphabet, RandomLength);
        Span<char> checksum = stackalloc char[ChecksumLength];
        WriteChecksum(body, checksum);
        return string.Concat(body, checksum);
    }

    /// <summary>Whether this could be a key: prefix, length, characters and checksum are right. Allocates nothing.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> key)
    {
        if (key.Length != Length
            || !(key.StartsWith(LivePrefix, StringComparison.Ordinal) || key.StartsWith(TestPrefix, StringComparison.Ordinal)))
        {
            return false;
        }

        if (key[PrefixLength..].ContainsAnyExcept(AlphabetCharacters))
        {
            return false;
        }

        Span<char> expected = stackalloc char[ChecksumLength];
        WriteChecksum(key[..^ChecksumLength], expected);
        return key[^ChecksumLength..].SequenceEqual(expected);
    }

    /// <summary>The part of a key that may be shown: its first <see cref="DisplayLength"/> characters.</summary>
    public static string Display(string key) => key[..DisplayLength];

    private static void WriteChecksum(ReadOnlySpan<char> body, Span<char> destination)
    {
        Span<byte> ascii = stackalloc byte[PrefixLength + RandomLength];
        Encoding.ASCII.GetBytes(body, ascii);
        var remaining = Crc32.HashToUInt32(ascii) % ChecksumModulus;
        for (var position = ChecksumLength - 1; position >= 0; position--)
        {
            destination[position] = Alphabet[(int)(remaining % 36)];
            remaining /= 36;
        }
    }
}
