using System.CommandLine;
using Gateway.Contracts.Usage;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Events;

namespace Gateway.Keygen.Commands;

/// <summary>Which requests <c>keygen events</c> and <c>keygen tail</c> show.</summary>
internal sealed class EventOptions
{
    public Option<IdPrefix?> KeyId { get; } = new("--key-id")
    {
        Description = "Requests with this key: its id, or the beginning of it; see keygen list.",
        HelpName = "KEY-ID",
        CustomParser = static result => Options.ParseKeyId(result, "--key-id: "),
    };

    public Option<StatusRange?> Status { get; } = new("--status")
    {
        Description = $"Requests that were answered so: {StatusRange.Forms}.",
        HelpName = "STATUS",
        CustomParser = result =>
        {
            var text = Options.OnlyToken(result);
            var status = StatusRange.TryParse(text);
            if (status is null)
            {
                result.AddError($"--status: \"{text}\" is no HTTP status; allowed is {StatusRange.Forms}.");
            }

            return status;
        },
    };

    public Option<UsageOutcome?> Outcome { get; } =
        ChoiceOption.Of("--outcome", "Requests that ended so.", Enum.GetValues<UsageOutcome>());

    public EventSelection Of(ParseResult parsed) => new()
    {
        Key = parsed.GetValue(KeyId),
        Status = parsed.GetValue(Status),
        Outcome = parsed.GetValue(Outcome),
    };
}
