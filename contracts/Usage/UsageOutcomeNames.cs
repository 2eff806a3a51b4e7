using System.Text.Json;

namespace Gateway.Contracts.Usage;

/// <summary>Outcomes as JSON and the database spell them: <c>rate-limited</c>.</summary>
public static class UsageOutcomeNames
{
    private static readonly string[] Names =
        Array.ConvertAll(Enum.GetNames<UsageOutcome>(), JsonNamingPolicy.KebabCaseLower.ConvertName);

    /// <summary>The name of an outcome, the same object each time.</summary>
    public static string Of(UsageOutcome outcome) => Names[(int)outcome];
}
