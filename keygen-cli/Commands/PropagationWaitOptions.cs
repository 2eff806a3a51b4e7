using System.CommandLine;
using Gateway.Keygen.Propagation;

namespace Gateway.Keygen.Commands;

/// <summary><c>--wait</c> and <c>--json</c>: how a change is waited for and told.</summary>
internal sealed class PropagationWaitOptions
{
    public Option<TimeSpan?> AtMost { get; } = DurationOptions.Wait();

    public Option<bool> Json { get; } = Options.Json();

    /// <summary>What a command line asks for.</summary>
    public PropagationWait Of(ParseResult parsed) => new(parsed.GetValue(AtMost) ?? DurationOptions.DefaultWait, parsed.GetValue(Json));
}
