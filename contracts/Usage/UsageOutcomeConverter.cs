using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Contracts.Usage;

/// <summary>Outcomes by their kebab-case names and nothing else: a number is refused.</summary>
internal sealed class UsageOutcomeConverter()
    : JsonStringEnumConverter<UsageOutcome>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);
