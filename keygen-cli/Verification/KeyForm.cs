using System.Buffers;
using System.Globalization;
using Gateway.Contracts.ApiKeys;

namespace Gateway.Keygen.Verification;

/// <summary>What can be said of a key without asking anybody. No answer repeats any of it: what is no key of ours may be another secret.</summary>
internal static class KeyForm
{
    private static readonly string[] Prefixes = ["sk_live_", "sk_test_"];

    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>What is wrong with it, <c>null</c> for nothing.</summary>
    public static string? Refuse(string key)
    {
        if (ApiKeyFormat.IsWellFormed(key))
        {
            return null;
        }

        if (!Array.Exists(Prefixes, prefix => key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return $"it does not begin with {string.Join(" or ", Prefixes)}";
        }

        if (key.Length != ApiKeyFormat.Length)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it has {key.Length} characters, and a key has {ApiKeyFormat.Length}");
        }

        return key.AsSpan(Prefixes[0].Length).ContainsAnyExcept(Characters)
            ? "it has a character that is neither a lower-case letter nor a digit"
            : "its checksum is wrong: a typing error, or it was never a key of ours";
    }
}
