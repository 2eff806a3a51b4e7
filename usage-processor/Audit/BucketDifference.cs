namespace Gateway.UsageProcessor.Audit;

/// <summary>A bucket in which ledger and rollup differ.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Requests">What the ledger has more, less than 0 where the rollup has. May be 0: key by key, or in bytes, they differ.</param>
/// <param name="Units">The same of billable units.</param>
internal readonly record struct BucketDifference(DateTime From, DateTime To, long Requests, long Units);
