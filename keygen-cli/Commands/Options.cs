using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Contracts.ApiKeys;
using Gateway.Keygen.Arguments;

namespace Gateway.Keygen.Commands;

/// <summary>What several commands take. A value that cannot be right is refused while parsing, before anything is tried.</summary>
internal static class Options
{
    /// <summary>As in <c>rate_limit_configs</c>.</summary>
    private const long MaximumUnits = 1_000_000_000_000;

    private const string OrganizationDescription = "The organization: its id, the beginning of it, or its name.";

    public static Option<OrganizationReference?> Organization(bool required = true) => new("--org-id")
    {
        Description = OrganizationDescription,
        HelpName = "ORG",
        Required = required,
        CustomParser = static result => ParseOrganization(result, "--org-id"),
    };

    public static Argument<OrganizationReference?> OrganizationArgument() => new("ORG")
    {
        Description = OrganizationDescription,
        CustomParser = static result => ParseOrganization(result, "ORG"),
    };

    public static Argument<IdPrefix?> KeyId() => new("KEY-ID")
    {
        Description = "The key's id, or the beginning of it: see keygen list. Not the key itself.",
        CustomParser = static result => ParseKeyId(result, string.Empty),
    };

    public static Option<Guid?> Id(string description) => new("--id")
    {
        Description = description,
        HelpName = "UUID",
        CustomParser = result =>
        {
            var text = OnlyToken(result);
            if (Guid.TryParseExact(text, "D", out var id) && id != Guid.Empty)
            {
                return id;
            }

            result.AddError($"--id: \"{text}\" is not a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e.");
            return null;
        },
    };

    public static Option<string> Name(string description, bool required = true) =>
        Named(new Option<string>("--name") { Required = required }, description);

    public static Argument<string> NameArgument(string description)
    {
        var argument = new Argument<string>("NAME") { Description = description };
        argument.Validators.Add(result => RefuseName(result, "NAME"));
        return argument;
    }

    public static Option<ApiKeyEnvironment> Environment()
    {
        var option = new Option<ApiKeyEnvironment>("--environment")
        {
            Description = "What the key is for, and begins with: sk_live_ or sk_test_. Default: live.",
            HelpName = "live|test",
            CustomParser = result =>
            {
                if (EnvironmentName.TryParse(OnlyToken(result)) is { } environment)
                {
                    return environment;
                }

                result.AddError($"--environment: \"{OnlyToken(result)}\" is neither live nor test.");
                return default;
            },
        };
        option.CompletionSources.Add(EnvironmentName.Live, EnvironmentName.Test);
        return option;
    }

    public static Option<long?> Units(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            var text = OnlyToken(result);
            if (long.TryParse(text, out var units) && units is >= 1 and <= MaximumUnits)
            {
                return units;
            }

            result.AddError($"{name}: \"{text}\" is not a whole number from 1 to {MaximumUnits}.");
            return null;
        },
    };

    public static Option<DateTimeOffset?> Expiry(TimeProvider clock, string whenAbsent) => new("--expires")
    {
        Description = $"When the key stops working: a time ({TimeText.TimeForms}) or from now on ({TimeText.DurationForms}). {whenAbsent}",
        HelpName = "TIME|DURATION",
        CustomParser = result =>
        {
            var text = OnlyToken(result);
            var expiry = Arguments.Expiry.TryParse(text, clock, out var problem);
            if (expiry is null)
            {
                result.AddError($"--expires: \"{text}\" {problem}.");
            }

            return expiry;
        },
    };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON." };

    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask; needed where there is no terminal to ask on." };

    /// <summary>What was written, in the command line's last word on it.</summary>
    public static string OnlyToken(ArgumentResult result) => result.Tokens[^1].Value;

    /// <summary>A key's id, or the beginning of it.</summary>
    /// <param name="result">What was written.</param>
    /// <param name="where">What a refusal begins with.</param>
    public static IdPrefix? ParseKeyId(ArgumentResult result, string where)
    {
        var text = OnlyToken(result);
        return IdPrefix.TryParse(text) ?? Refuse<IdPrefix>(
            result,
            $"{where}\"{text}\" is not a key's id: that is a UUID, or at least the first {IdPrefix.MinimumLength} characters of one; see keygen list.");
    }

    /// <summary>Refuses what no name can be.</summary>
    /// <param name="result">What was written.</param>
    /// <param name="what">What a refusal calls it.</param>
    public static void RefuseName(SymbolResult result, string what)
    {
        if (result.Tokens.Count > 0 && DisplayName.Refuse(result.Tokens[^1].Value) is { } problem)
        {
            result.AddError($"{what} {problem}.");
        }
    }

    private static OrganizationReference? ParseOrganization(ArgumentResult result, string where)
    {
        var organization = OrganizationReference.TryParse(OnlyToken(result), out var problem);
        return organization ?? Refuse<OrganizationReference>(result, $"{where} {problem}.");
    }

    private static Option<string> Named(Option<string> option, string description)
    {
        option.Description = description;
        option.HelpName = "NAME";
        option.Validators.Add(result => RefuseName(result, option.Name));
        return option;
    }

    private static T? Refuse<T>(ArgumentResult result, string problem)
        where T : class
    {
        result.AddError(problem);
        return null;
    }
}
