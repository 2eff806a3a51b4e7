namespace Gateway.RateLimiting.Limits;

/// <summary>A limit as operators set it.</summary>
/// <param name="Size">The bucket's measures.</param>
/// <param name="IsShadow">Whether it only decides and counts, and never refuses.</param>
internal readonly record struct LimitTerms(BucketSize Size, bool IsShadow = false);
