using System.CommandLine;
using Gateway.Keygen.Arguments;

namespace Gateway.Keygen.Commands;

/// <summary>What a key may do and from where. Lists can be given by repeating an option or with commas.</summary>
internal static class RestrictionOptions
{
    private delegate IReadOnlyList<string>? ListParser(IEnumerable<string> texts, out string? problem);

    public static Option<IReadOnlyList<string>?> Scopes(string description) =>
        List("--scope", "SCOPE", description, RestrictionList.TryParseScopes);

    public static Option<IReadOnlyList<string>?> Networks(string description) =>
        List("--network", "CIDR", description, RestrictionList.TryParseNetworks);

    private static Option<IReadOnlyList<string>?> List(string name, string helpName, string description, ListParser parse) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var list = parse(result.Tokens.SelectMany(static token => token.Value.Split(',')), out var problem);
            if (list is null)
            {
                result.AddError($"{name}: {problem}.");
            }

            return list;
        },
    };
}
