using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Contracts.ApiKeys;
using Gateway.Keygen.Arguments;

namespace Gateway.Keygen.Commands;

/// <summary>What a key may do and from where. Lists can be given by repeating an option or with commas; the order is kept, repetitions are not.</summary>
internal static class RestrictionOptions
{
    private delegate string? ElementParser(string text, out string? problem);

    public static Option<IReadOnlyList<string>?> Scopes(string description) =>
        List("--scope", "SCOPE", description, ApiKeyScope.MaximumCount, ParseScope);

    public static Option<IReadOnlyList<string>?> Networks(string description) =>
        List("--network", "CIDR", description, ClientNetwork.MaximumCount, ClientNetwork.TryParse);

    private static Option<IReadOnlyList<string>?> List(
        string name, string helpName, string description, int maximumCount, ElementParser parseElement) => new(name)
        {
            Description = description,
            HelpName = helpName,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result => Parse(result, name, maximumCount, parseElement),
        };

    private static List<string>? Parse(ArgumentResult result, string name, int maximumCount, ElementParser parseElement)
    {
        var elements = new List<string>();
        foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (parseElement(text, out var problem) is not { } element)
            {
                result.AddError($"{name}: \"{text}\" {problem}.");
                return null;
            }

            if (!elements.Contains(element))
            {
                elements.Add(element);
            }
        }

        if (elements.Count <= maximumCount)
        {
            return elements;
        }

        result.AddError($"{name}: a key has {maximumCount} at most, and these are {elements.Count}.");
        return null;
    }

    private static string? ParseScope(string text, out string? problem)
    {
        // A key is spelled like a scope, and scopes are there for all to see.
        problem = !ApiKeyScope.IsWellFormed(text) ? $"is no scope; allowed is {ApiKeyScope.Allowed}"
            : Secrets.Contains(text) ? "contains an API key"
            : null;
        return problem is null ? text : null;
    }
}
