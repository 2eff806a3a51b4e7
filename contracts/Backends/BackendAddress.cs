using System.Diagnostics.CodeAnalysis;

namespace Gateway.Contracts.Backends;

/// <summary>
/// The URL of a backend as operators may set it: <c>http://</c> or <c>https://</c>, a host, and at most a path that
/// requests are put under. No user, query or fragment: requests bring their own.
/// </summary>
public static class BackendAddress
{
    /// <summary>The longest one.</summary>
    public const int MaximumLength = 2_048;

    private const string Allowed = "allowed is http://host:port/ or https://host/";

    /// <summary>Whether the text is such a URL; if not, what is wrong with it. Says nothing about where a host name leads.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? address, [NotNullWhen(false)] out string? problem)
    {
        problem = FindProblem(text, out var candidate);
        address = problem is null ? candidate! : null;
        return problem is null;
    }

    private static string? FindProblem(string? text, out Uri? address)
    {
        address = null;
        if (string.IsNullOrEmpty(text) || text.Length > MaximumLength)
        {
            return (string.IsNullOrEmpty(text) ? "is empty" : $"is longer than {MaximumLength} characters") + $"; {Allowed}";
        }

        if (text.Any(static character => char.IsWhiteSpace(character) || char.IsControl(character) || character == '\\')
            || !Uri.TryCreate(text, UriKind.Absolute, out address)
            || address.Scheme is not ("http" or "https")
            || address.Host.Length == 0)
        {
            return $"is no URL of a backend; {Allowed}";
        }

        if (address.UserInfo.Length > 0)
        {
            return "contains a user name or a password, which backends are never sent; take it out";
        }

        if (address.Query.Length > 0 || address.Fragment.Length > 0 || text.Contains('?', StringComparison.Ordinal) || text.Contains('#', StringComparison.Ordinal))
        {
            return "contains a query or a fragment; allowed is a path at most";
        }

        return address.Port == 0 ? "has port 0; allowed is 1 to 65535" : null;
    }
}
