using System.Text.RegularExpressions;
using Gateway.Contracts.ApiKeys;

namespace Gateway.Keygen.Arguments;

/// <summary>Keeps a key that was pasted where none belongs out of names and messages.</summary>
internal static partial class Secrets
{
    private const int TimeoutMilliseconds = 1000;

    /// <summary>Whether some part of the text looks like a key.</summary>
    public static bool Contains(string text) => Key.IsMatch(text);

    /// <summary>The text with only the first characters of every key in it, those that may be shown.</summary>
    public static string Hide(string text) => Key.Replace(text, match => $"{match.Value[..ApiKeyFormat.DisplayLength]}…");

    // Also what is not quite a key: mistyped or cut off, it still gives half of one away.
    [GeneratedRegex("sk_(live|test)_[a-z0-9]{16,}", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, TimeoutMilliseconds)]
    private static partial Regex Key { get; }
}
