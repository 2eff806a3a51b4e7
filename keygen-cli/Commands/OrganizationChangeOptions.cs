using System.CommandLine;
using Gateway.Keygen.Arguments;

namespace Gateway.Keygen.Commands;

/// <summary><c>--org-id</c>, <c>--wait</c> and <c>--json</c>: what every <see cref="OrganizationChange"/> is described by.</summary>
internal sealed class OrganizationChangeOptions
{
    public Option<OrganizationReference?> Organization { get; } = Options.Organization();

    public Option<TimeSpan?> Wait { get; } = DurationOptions.Wait();

    public Option<bool> Json { get; } = Options.Json();

    /// <summary>The change that a command line asks for.</summary>
    public OrganizationChange Of(ParseResult parsed) =>
        new(parsed.GetRequiredValue(Organization)!, parsed.GetValue(Wait) ?? DurationOptions.DefaultWait, parsed.GetValue(Json));
}
