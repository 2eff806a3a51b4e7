using System.CommandLine;
using System.Text.Json;

namespace Gateway.Keygen.Commands;

/// <summary>An option that takes one of a few words.</summary>
internal static class ChoiceOption
{
    /// <summary>The words are the names in kebab-case; a shell completes them.</summary>
    public static Option<T?> Of<T>(string name, string description, params T[] allowed)
        where T : struct, Enum
    {
        var words = Array.ConvertAll(allowed, Word);
        var option = new Option<T?>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            CustomParser = result =>
            {
                var index = Array.IndexOf(words, Options.OnlyToken(result));
                if (index >= 0)
                {
                    return allowed[index];
                }

                result.AddError($"{name}: \"{Options.OnlyToken(result)}\" is none of {string.Join(", ", words)}.");
                return null;
            },
        };
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>How a value is written.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
