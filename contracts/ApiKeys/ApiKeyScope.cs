using System.Text.RegularExpressions;

namespace Gateway.Contracts.ApiKeys;

/// <summary>A scope: what a key is allowed to do, in the words of whoever made it, <c>reports:read</c>. A route may require one.</summary>
public static partial class ApiKeyScope
{
    /// <summary>How many a key has at most.</summary>
    public const int MaximumCount = 32;

    /// <summary>What is allowed, for messages.</summary>
    public const string Allowed = "1 to 64 of a-z 0-9 : . _ - and first a letter or digit";

    /// <summary>Whether it is spelled as a scope. Compared letter by letter: there is no other spelling of the same scope.</summary>
    public static bool IsWellFormed(string scope) => Pattern.IsMatch(scope);

    // The same as the constraint of the column api_keys.scopes.
    [GeneratedRegex(@"\A[a-z0-9][a-z0-9:._-]{0,63}\z", RegexOptions.None, 1000)]
    private static partial Regex Pattern { get; }
}
