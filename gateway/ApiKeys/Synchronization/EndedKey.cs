using Gateway.Contracts.ApiKeys;

namespace Gateway.ApiKeys.Synchronization;

/// <summary>A key that was revoked or disabled.</summary>
/// <param name="Hash">Which one.</param>
/// <param name="Ago">How long ago, by PostgreSQL's clock: nobody else's has to be right.</param>
internal readonly record struct EndedKey(ApiKeyHash Hash, TimeSpan Ago);
