using Gateway.ApiKeys.Memory;
using Gateway.Organizations;

namespace Gateway.ApiKeys.Synchronization;

/// <summary>What changed from one version of the configuration to another.</summary>
/// <param name="Version">The version that it leads to.</param>
/// <param name="ReloadVersion">The last version in which rows disappeared. Who has not read everything since then still has them.</param>
/// <param name="Organizations">Those that are new or have changed, or whose limits or backend have.</param>
/// <param name="Keys">Those that are new or have changed, also when they do not work any more.</param>
/// <param name="Ended">Those of them that were revoked or disabled.</param>
internal sealed record KeyChanges(
    long Version, long ReloadVersion, IReadOnlyList<OrganizationTerms> Organizations, IReadOnlyList<ApiKeyRow> Keys, IReadOnlyList<EndedKey> Ended)
{
    /// <summary>How many organizations, and how many keys, are read as changes. Many more would not be read within a query's time, ever.</summary>
    public const int Maximum = 5_000;

    /// <summary>There are more: only reading everything catches up.</summary>
    public bool AreTooMany => Organizations.Count > Maximum || Keys.Count > Maximum;
}
