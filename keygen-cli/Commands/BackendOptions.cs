using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Contracts.Backends;
using Gateway.Keygen.Arguments;

namespace Gateway.Keygen.Commands;

/// <summary>What a backend is described by. All of it is checked as the database and the gateway check it.</summary>
internal static class BackendOptions
{
    /// <summary>As in <c>backends.addresses</c>.</summary>
    private const int MaximumAddresses = 16;

    /// <summary>As in <c>backends.health_path</c>.</summary>
    private const int MaximumPathLength = 512;

    public static Argument<IReadOnlyList<Uri>?> Addresses() => new("URL")
    {
        Description = $"Where requests go: http://host:port/ or https://host/, up to {MaximumAddresses} of the same service. A path is put before the request's.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ParseAddresses,
    };

    public static Option<string?> HealthPath() => new("--health-path")
    {
        Description = "Asked for every few seconds at each URL; one that fails gets no requests. Default: what requests show of it must do.",
        HelpName = "PATH",
        CustomParser = result =>
        {
            var path = Options.OnlyToken(result);
            if (path.StartsWith('/') && path.Length <= MaximumPathLength
                && !path.Any(character => char.IsWhiteSpace(character) || char.IsControl(character) || character is '#' or '\\')
                && !Secrets.Contains(path))
            {
                return path;
            }

            result.AddError($"--health-path: \"{path}\" is no path; allowed is up to {MaximumPathLength} characters such as /health.");
            return null;
        },
    };

    public static Option<string?> OneOf(string name, string description, IReadOnlyCollection<string> values)
    {
        var allowed = string.Join('|', values);
        var option = new Option<string?>(name)
        {
            Description = description,
            HelpName = allowed,
            CustomParser = result =>
            {
                var text = Options.OnlyToken(result);
                if (values.Contains(text))
                {
                    return text;
                }

                result.AddError($"{name}: \"{text}\" is none of {allowed}.");
                return null;
            },
        };
        option.CompletionSources.Add([.. values]);
        return option;
    }

    private static List<Uri>? ParseAddresses(ArgumentResult result)
    {
        var addresses = new List<Uri>();
        foreach (var (index, token) in result.Tokens.Index())
        {
            // Twice: what is stored is how Uri spells it, which can be longer.
            if (!BackendAddress.TryParse(token.Value, out var address, out var problem)
                || !BackendAddress.TryParse(address.AbsoluteUri, out address, out problem))
            {
                // Not the text itself: it may contain a password.
                result.AddError($"URL {index + 1} {problem}.");
                return null;
            }

            if (Secrets.Contains(address.AbsoluteUri))
            {
                result.AddError($"URL {index + 1} contains an API key.");
                return null;
            }

            if (addresses.Contains(address))
            {
                result.AddError($"URL {index + 1} is there twice: {address.AbsoluteUri}.");
                return null;
            }

            addresses.Add(address);
        }

        if (addresses.Count <= MaximumAddresses)
        {
            return addresses;
        }

        result.AddError($"A backend has {MaximumAddresses} URLs at most, and these are {addresses.Count}.");
        return null;
    }
}
