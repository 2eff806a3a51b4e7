namespace Gateway.RateLimiting.Leases;

/// <summary>Leased units that are set aside for a request that Redis has yet to decide over.</summary>
/// <param name="NewerGeneration">Of which lease the first ones are.</param>
/// <param name="Newer">How many of them.</param>
/// <param name="OlderGeneration">Of which lease the others are.</param>
/// <param name="Older">How many of them.</param>
internal readonly record struct Reservation(long NewerGeneration, long Newer, long OlderGeneration, long Older);
