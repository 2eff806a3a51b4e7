using Gateway.ApiKeys.Synchronization;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.ApiKeys;

public sealed class QuotaTimeZonesTests
{
    [Fact]
    public void Zone_that_is_not_known_here_is_utc_and_is_reported_once()
    {
        var log = new EventLog();
        var zones = new QuotaTimeZones(log);

        Assert.Equal("Europe/Berlin", zones.Get("Europe/Berlin").Id);
        Assert.Empty(log.Messages);
        Assert.Same(TimeZoneInfo.Utc, zones.Get("Europe/Newtown"));
        Assert.Same(TimeZoneInfo.Utc, zones.Get("Europe/Newtown"));
        Assert.Contains("Europe/Newtown", Assert.Single(log.Messages), StringComparison.Ordinal);
    }

    private sealed class EventLog : ILogger<QuotaTimeZones>
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Add($"{logLevel} {eventId.Id} {formatter(state, exception)}");
    }
}
