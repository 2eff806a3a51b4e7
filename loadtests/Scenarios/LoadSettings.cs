namespace Gateway.LoadTests.Scenarios;

/// <summary>What every scenario is told.</summary>
/// <param name="Url">The gateway that runs already; null for a stack of its own.</param>
/// <param name="MaximumFailurePercent">How many of 100 requests may be answered otherwise than expected.</param>
/// <param name="JsonFile">Where figures go, or null.</param>
/// <param name="HtmlFile">Where plots go, or null.</param>
/// <param name="ProcessId">The process of that gateway, to be watched; null where it is not known.</param>
internal sealed record LoadSettings(Uri? Url, double MaximumFailurePercent, string? JsonFile, string? HtmlFile, int? ProcessId);
