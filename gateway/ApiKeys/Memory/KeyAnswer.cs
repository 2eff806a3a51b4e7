using Gateway.Organizations;

namespace Gateway.ApiKeys.Memory;

/// <summary>What the database said of one hash.</summary>
/// <param name="Version">The version of the configuration at that moment: an answer that is older than what is known already is not believed.</param>
/// <param name="Key">Null where there is no such key that is neither revoked, disabled nor expired.</param>
/// <param name="Organization">Whose it is; null where there is no key.</param>
internal sealed record KeyAnswer(long Version, ApiKeyRow? Key, OrganizationTerms? Organization);
