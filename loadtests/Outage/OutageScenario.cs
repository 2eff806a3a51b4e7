using Gateway.LoadTests.Stack;

namespace Gateway.LoadTests.Outage;

/// <summary>A gateway that serves while its broker is gone, and what becomes of what it served.</summary>
/// <param name="During">How long the broker is gone.</param>
/// <param name="Rate">Requests per second, sent when they are due, before, meanwhile and afterwards.</param>
/// <param name="JournalBytes">What the journal may take (<c>Usage:JournalMaximumBytes</c>); null for the gateway's default.</param>
internal sealed record OutageScenario(TimeSpan During, int Rate, long? JournalBytes)
{
    public LoadStackOptions ToStackOptions() => new()
    {
        GatewaySettings = new Dictionary<string, string?> { ["Usage__JournalMaximumBytes"] = JournalBytes is null ? null : $"{JournalBytes}" },
    };
}
