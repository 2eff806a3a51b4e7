namespace Gateway.LoadTests.Stack;

/// <summary>What customers saw, and what became of it at the other ends.</summary>
/// <param name="Answered">Answers that are billable.</param>
/// <param name="Unanswered">Requests without an answer: how far they got, nobody here knows.</param>
/// <param name="BillableRows">Of the raw events.</param>
/// <param name="BillableInLedger">What the ledger adds up to.</param>
/// <param name="AtBackend">Requests that the backend got.</param>
internal sealed record UsageStats(long Answered, long Unanswered, long BillableRows, long BillableInLedger, long AtBackend);
