using System.Text.Json;
using Gateway.Contracts.Usage;

namespace Gateway.UsageProcessor.Storage;

/// <summary>Outcomes as the database has them: the names of the JSON form.</summary>
internal static class OutcomeNames
{
    private static readonly string[] Names =
        Array.ConvertAll(Enum.GetNames<UsageOutcome>(), JsonNamingPolicy.KebabCaseLower.ConvertName);

    public static string Of(UsageOutcome outcome) => Names[(int)outcome];
}
