namespace Gateway.Architecture.Tests;

/// <summary>Decisions are pure code: they can be tested without a server, and argued about with a customer.</summary>
public sealed class PurityTests
{
    private static readonly string[] Decisions =
    [
        "gateway/Proxying/Retries/RetryBudget.cs",
        "gateway/Proxying/Retries/RetryRules.cs",
        "gateway/Quotas/QuotaMonth.cs",
        "gateway/Quotas/QuotaUse.cs",
        "gateway/RateLimiting/Buckets/TokenBucket.cs",
        "gateway/RateLimiting/Fallback/BucketShare.cs",
        "gateway/RateLimiting/Fallback/Debt.cs",
        "gateway/RateLimiting/Fallback/LocalShares.cs",
        "gateway/RateLimiting/Leases/Lease.cs",
        "gateway/RateLimiting/Leases/LeasedDecisions.cs",
        "gateway/RateLimiting/Leases/LeaseTerms.cs",
        "gateway/RateLimiting/Leases/RecentRate.cs",
        "gateway/Usage/Billing.cs",
        "gateway/Usage/Journal/AgeMarks.cs",
        "gateway/Usage/Journal/CheckpointSlot.cs",
        "gateway/Usage/Journal/Crc32C.cs",
        "gateway/Usage/Journal/OpenEvents.cs",
        "gateway/Usage/Journal/RecordFormat.cs",
        "gateway/Usage/Journal/SegmentScan.cs",
        "gateway/Usage/Journal/SequenceSet.cs",
        "gateway/Usage/Journal/UsageRecordCodec.cs",
        "usage-processor/Deduplication/DeduplicationWindow.cs",
        "contracts/ApiKeys/ApiKeyFormat.cs",
    ];

    private static readonly string[] InputAndOutput =
        ["Npgsql", "StackExchange.Redis", "Confluent.Kafka", "System.IO;", "System.Net", "HttpClient", "ILogger", "async "];

    [Fact]
    public void Decisions_do_no_input_or_output()
    {
        foreach (var decision in Decisions)
        {
            var text = File.ReadAllText(Path.Combine(Repository.Root, decision));
            Assert.All(InputAndOutput, word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
        }
    }
}
