using System.CommandLine;
using Gateway.Keygen.Arguments;

namespace Gateway.Keygen.Commands;

/// <summary>What of the audit log is meant.</summary>
internal static class AuditOptions
{
    public static Option<IdPrefix?> KeyId() => new("--key-id")
    {
        Description = "Only changes of this key and its limits: its id, or the beginning of it. It may be gone.",
        HelpName = "KEY-ID",
        CustomParser = static result => Options.ParseKeyId(result, "--key-id: "),
    };

    public static Option<string?> By()
    {
        var option = new Option<string?>("--by") { Description = "Only what this actor changed, by whole name.", HelpName = "ACTOR" };
        option.Validators.Add(static result => Options.RefuseName(result, "--by"));
        return option;
    }
}
