using Gateway.Chaos.Load;

namespace Gateway.Chaos.Checking;

/// <summary>What has to be stored of a request, by what its client saw.</summary>
internal enum Expectation
{
    /// <summary>It was answered: once.</summary>
    Once,

    /// <summary>Nobody saw an answer, which says nothing: once at most.</summary>
    AtMostOnce,

    /// <summary>It was refused before it belonged to anybody, or never reached a gateway.</summary>
    Never,
}

internal static class ExpectationExtensions
{
    private const string ProblemPrefix = "urn:gateway:problem:";

    // Refusals that belong to a customer; every other problem is said before that, or instead of an answer that could not be metered.
    private static readonly string[] MeteredProblems =
    [
        "rate-limited", "quota-exceeded", "insufficient-scope", "client-network-not-allowed", "backend-unavailable", "backend-timeout",
        "too-many-streams", "limits-unavailable",
    ];

    public static Expectation Of(SentRequest request)
    {
        if (!request.IsAnswered)
        {
            return request.WasSent ? Expectation.AtMostOnce : Expectation.Never;
        }

        if (request.Problem is null)
        {
            // A refusal of which only the beginning came cannot be told from the backend's answer by its status alone.
            return request.IsComplete || request.Status is not (401 or 429 or 503 or 500) ? Expectation.Once : Expectation.AtMostOnce;
        }

        var problem = request.Problem.StartsWith(ProblemPrefix, StringComparison.Ordinal) ? request.Problem[ProblemPrefix.Length..] : request.Problem;
        return problem switch
        {
            _ when MeteredProblems.Contains(problem) => Expectation.Once,
            "internal-error" => Expectation.AtMostOnce,
            _ => Expectation.Never,
        };
    }
}
