using Gateway.Chaos.Load;

namespace Gateway.Chaos.Reporting;

/// <summary>What clients saw, in words.</summary>
internal static class RequestOutcomes
{
    public static IReadOnlyDictionary<string, int> Count(IReadOnlyList<SentRequest> requests) => requests
        .CountBy(Of)
        .OrderBy(static count => count.Key, StringComparer.Ordinal)
        .ToDictionary();

    private static string Of(SentRequest request) => request switch
    {
        { IsAnswered: false, WasSent: false } => "not connected",
        { IsAnswered: false, Plan.AbortsAfter: not null } => "given up by the client before an answer",
        { IsAnswered: false } => "no answer",
        { IsComplete: false } => $"{request.Status}, broke off",
        { Problem: { } problem } => $"{request.Status} {problem[(problem.LastIndexOf(':') + 1)..]}",
        _ => $"{request.Status}",
    };
}
