using Gateway.UsageProcessor.Continuity;
using Gateway.UsageProcessor.Storage;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests.Continuity;

/// <summary>A loss is believed when it lasts, and nobody else waits for that.</summary>
public sealed class LogLooksTests
{
    private static readonly StoredOffset Stored = new(100, 7, IsNew: false);
    private static readonly LogObservation Whole = new(0, 120, 7);
    private static readonly LogObservation Shorter = new(0, 90, null);

    /// <summary>So that no look waits a second after the one before.</summary>
    private readonly CancellationToken _atOnce = new(canceled: true);
    private readonly ManualTime _time = new();
    private readonly Dictionary<int, LogObservation> _logs = new() { [0] = Shorter, [1] = Whole };

    [Fact]
    public async Task Loss_is_believed_when_it_was_seen_for_that_long_and_others_have_their_verdict_meanwhile()
    {
        var looks = Looks();
        foreach (var seconds in (int[])[0, 10, 9])
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(1, Assert.Single(await looks.LookAsync(Asked(0, 1), _atOnce)).Key);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull((await looks.LookAsync(Asked(0, 1), _atOnce))[0].Loss);
    }

    [Fact]
    public async Task Log_of_a_stale_leader_that_is_whole_again_has_lost_nothing_and_begins_to_be_suspected_anew()
    {
        var looks = Looks();
        await looks.LookAsync(Asked(0), _atOnce);
        _time.Advance(TimeSpan.FromSeconds(19));
        _logs[0] = Whole;
        Assert.Null(Assert.Single(await looks.LookAsync(Asked(0), _atOnce)).Value.Loss);

        _logs[0] = Shorter;
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.Empty(await looks.LookAsync(Asked(0), _atOnce));
    }

    [Fact]
    public async Task Loss_that_nobody_looked_at_meanwhile_begins_to_be_suspected_anew()
    {
        var looks = Looks();
        await looks.LookAsync(Asked(0), _atOnce);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Empty(await looks.LookAsync(Asked(0), _atOnce));
    }

    private static Dictionary<int, StoredOffset> Asked(params int[] partitions) => partitions.ToDictionary(static partition => partition, static _ => Stored);

    private LogLooks Looks() => new((asked, _) => asked.ToDictionary(stored => stored.Key, stored => _logs[stored.Key]), TimeSpan.FromSeconds(20), _time);
}
