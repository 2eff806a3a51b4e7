using System.Globalization;
using Gateway.Tests.Fixtures;
using Gateway.Tests.Quotas;
using Gateway.Usage;

namespace Gateway.Tests.Usage;

/// <summary>What a wrong clock stamps cannot be billed, so nobody may overlook one.</summary>
public sealed class UsageClockTests
{
    private readonly ManualTime _time = new();
    private readonly RecordedLog _log = new();

    [Theory]
    [InlineData("1970-01-01T00:00:07Z")]
    [InlineData("2100-01-01T00:00:00Z")]
    public async Task Clock_that_is_wrong_holds_up_the_start_and_is_said_once_until_it_is_right(string wrong)
    {
        var clock = new UsageClock(_time, _log.For<UsageClock>());
        var right = _time.GetUtcNow();
        Assert.Null(clock.Problem);
        await clock.CheckAsync(TestContext.Current.CancellationToken);

        _time.Advance(DateTimeOffset.Parse(wrong, CultureInfo.InvariantCulture) - right);
        clock.Look();
        clock.Look();
        Assert.Contains(wrong[..10], clock.Problem, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => clock.CheckAsync(TestContext.Current.CancellationToken));
        Assert.Contains(wrong[..10], Assert.Single(_log.Lines(223)), StringComparison.Ordinal);

        _time.Advance(right - _time.GetUtcNow());
        clock.Look();
        clock.Look();
        Assert.Null(clock.Problem);
        Assert.Single(_log.Lines(229));
    }
}
