using Gateway.Tests.Fixtures;
using Gateway.Tests.Quotas;
using Gateway.Usage;

namespace Gateway.Tests.Usage;

/// <summary>Whoever keeps the books reads in the log how many requests nobody pays for: exactly, however they come.</summary>
public sealed class UnmeteredRequestsTests
{
    private const int EventId = 220;

    private readonly ManualTime _time = new();
    private readonly RecordedLog _log = new();

    [Fact]
    public void Total_is_said_at_once_every_minute_while_it_grows_and_at_the_end()
    {
        var unmetered = new UnmeteredRequests(_time, _log.For<UnmeteredRequests>());
        unmetered.Say("gateway/a");
        unmetered.SayTotal("gateway/a");
        Assert.Empty(_log.Lines(EventId));

        // Seven a second for two minutes and a half, then none.
        for (var second = 0; second < 150; second++)
        {
            for (var request = 0; request < 7; request++)
            {
                unmetered.Count();
            }

            unmetered.Say("gateway/a");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["7", "427", "847"], Totals());
        _time.Advance(TimeSpan.FromMinutes(1));
        unmetered.Say("gateway/a");
        unmetered.Say("gateway/a");
        Assert.Equal(["7", "427", "847", "1050"], Totals());
        unmetered.SayTotal("gateway/a");
        Assert.Equal("1050", Totals()[^1]);
        Assert.Equal(5, Totals().Length);
    }

    private string[] Totals() => [.. _log.Lines(EventId).Select(line => line.Split(" has served ")[1].Split(' ')[0])];
}
