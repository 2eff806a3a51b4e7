using System.CommandLine;
using Gateway.Keygen.Arguments;

namespace Gateway.Keygen.Commands;

/// <summary><c>--org-id</c>, <c>--dry-run</c>, <c>--wait</c> and <c>--json</c>: what every <see cref="OrganizationChange"/> is described by.</summary>
internal sealed class OrganizationChangeOptions
{
    public Option<OrganizationReference?> Organization { get; } = Options.Organization();

    public ChangeOptions Change { get; } = new();

    public PropagationWaitOptions Wait { get; } = new();

    /// <summary>The change that a command line asks for.</summary>
    public OrganizationChange Of(ParseResult parsed) => new(parsed.GetRequiredValue(Organization)!, Change.Of(parsed), Wait.Of(parsed));
}
