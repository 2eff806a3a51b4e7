using System.CommandLine;
using Gateway.Contracts.DeadLetters;

namespace Gateway.Keygen.Commands;

/// <summary>What the commands about dead letters take.</summary>
internal static class DeadLetterOptions
{
    public static Argument<DeadLetterId> Id() => new("ID")
    {
        Description = "The dead letter, as keygen dead-letters list shows it: TOPIC/PARTITION/OFFSET.",
        CustomParser = result =>
        {
            if (DeadLetterId.TryParse(Options.OnlyToken(result)) is { } id)
            {
                return id;
            }

            result.AddError(NoId(Options.OnlyToken(result)));
            return default;
        },
    };

    public static Argument<DeadLetterId[]> Ids() => new("ID")
    {
        Description = "The dead letters, as keygen dead-letters list shows them: TOPIC/PARTITION/OFFSET.",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result =>
        {
            var ids = new List<DeadLetterId>();
            foreach (var token in result.Tokens)
            {
                if (DeadLetterId.TryParse(token.Value) is { } id)
                {
                    ids.Add(id);
                }
                else
                {
                    result.AddError(NoId(token.Value));
                }
            }

            return [.. ids.Distinct()];
        },
    };

    public static Option<string?> Reason()
    {
        var option = new Option<string?>("--reason") { Description = "Those whose reason contains this text.", HelpName = "TEXT" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && string.IsNullOrWhiteSpace(result.Tokens[^1].Value))
            {
                result.AddError("--reason is empty; --all means all.");
            }
        });
        return option;
    }

    private static string NoId(string text) => $"\"{text}\" is not the id of a dead letter: that is TOPIC/PARTITION/OFFSET; see keygen dead-letters list.";
}
