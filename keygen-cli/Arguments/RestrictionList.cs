using Gateway.Contracts.ApiKeys;

namespace Gateway.Keygen.Arguments;

/// <summary>Lists of what a key may do and from where. The order is kept, repetitions are not.</summary>
internal static class RestrictionList
{
    private delegate string? ElementParser(string text, out string? problem);

    /// <summary>The scopes, or <c>null</c> and what is wrong with them.</summary>
    public static IReadOnlyList<string>? TryParseScopes(IEnumerable<string> texts, out string? problem) =>
        TryParse(texts, ApiKeyScope.MaximumCount, TryParseScope, out problem);

    /// <summary>The networks, or <c>null</c> and what is wrong with them.</summary>
    public static IReadOnlyList<string>? TryParseNetworks(IEnumerable<string> texts, out string? problem) =>
        TryParse(texts, ClientNetwork.MaximumCount, ClientNetwork.TryParse, out problem);

    private static List<string>? TryParse(IEnumerable<string> texts, int maximumCount, ElementParser parseElement, out string? problem)
    {
        var elements = new List<string>();
        foreach (var text in texts)
        {
            if (parseElement(text, out problem) is not { } element)
            {
                problem = $"\"{text}\" {problem}";
                return null;
            }

            if (!elements.Contains(element))
            {
                elements.Add(element);
            }
        }

        problem = elements.Count > maximumCount ? $"a key has {maximumCount} at most, and these are {elements.Count}" : null;
        return problem is null ? elements : null;
    }

    private static string? TryParseScope(string text, out string? problem)
    {
        // A key is spelled like a scope, and scopes are there for all to see.
        problem = !ApiKeyScope.IsWellFormed(text) ? $"is no scope; allowed is {ApiKeyScope.Allowed}"
            : Secrets.Contains(text) ? "contains an API key"
            : null;
        return problem is null ? text : null;
    }
}
