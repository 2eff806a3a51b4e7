using Gateway.Proxying.Backends;
using Gateway.Proxying.Breakers;
using Gateway.Tests.Fixtures;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Proxying;

public sealed class DestinationBreakerTests
{
    private static readonly BackendOptions Options = BackendOptions.Read(new ConfigurationBuilder().Build());

    private readonly ManualTime _time = new();
    private readonly DestinationBreaker _breaker;
    private int _opened;
    private int _closed;

    public DestinationBreakerTests() => _breaker = new DestinationBreaker(Options, _time, () => _opened++, () => _closed++);

    [Fact]
    public async Task Too_few_failures_to_judge_open_nothing()
    {
        await ReportAsync(answered: false, Options.BreakMinimum - 1);

        Assert.False(_breaker.IsOpen);
        Assert.True(_breaker.Admits(out var isTrial));
        Assert.False(isTrial);
    }

    [Fact]
    public async Task Destination_that_answers_now_and_then_stays_in_use()
    {
        for (var round = 0; round < 50; round++)
        {
            await ReportAsync(answered: true, 1);
            await ReportAsync(answered: false, 3);
        }

        Assert.False(_breaker.IsOpen);
    }

    [Fact]
    public async Task Destination_that_never_answers_is_left_alone_until_the_break_is_over()
    {
        await OpenAsync();

        Assert.True(_breaker.IsOpen);
        Assert.False(_breaker.Admits(out _));
        _time.Advance(Options.BreakDuration - TimeSpan.FromMilliseconds(1));
        Assert.True(_breaker.IsOpen);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(_breaker.IsOpen);
    }

    [Fact]
    public async Task One_request_tries_it_and_its_answer_closes_the_breaker()
    {
        await OpenAsync();
        _time.Advance(Options.BreakDuration);

        Assert.True(_breaker.Admits(out var isTrial));
        Assert.True(isTrial);
        Assert.False(_breaker.Admits(out _));
        await _breaker.ReportAsync(answered: true, isTrial: true);

        Assert.True(_breaker.Admits(out isTrial));
        Assert.False(isTrial);
        Assert.Equal((1, 1), (_opened, _closed));
    }

    [Fact]
    public async Task Trial_that_fails_opens_the_breaker_for_as_long_again()
    {
        await OpenAsync();
        _time.Advance(Options.BreakDuration);
        Assert.True(_breaker.Admits(out _));

        await _breaker.ReportAsync(answered: false, isTrial: true);

        Assert.True(_breaker.IsOpen);
        Assert.Equal((2, 0), (_opened, _closed));
        _time.Advance(Options.BreakDuration);
        Assert.True(_breaker.Admits(out var isTrial));
        Assert.True(isTrial);
    }

    [Fact]
    public async Task Trial_that_never_ends_is_followed_by_another_one()
    {
        await OpenAsync();
        _time.Advance(Options.BreakDuration);
        Assert.True(_breaker.Admits(out _));

        _time.Advance(Options.BreakDuration);

        Assert.True(_breaker.Admits(out var isTrial));
        Assert.True(isTrial);
    }

    [Fact]
    public async Task Requests_that_were_sent_before_it_opened_decide_nothing_any_more()
    {
        await OpenAsync();
        _time.Advance(Options.BreakDuration);

        await ReportAsync(answered: true, 100);

        Assert.Equal(0, _closed);
        Assert.True(_breaker.Admits(out var isTrial));
        Assert.True(isTrial);
    }

    private Task OpenAsync() => ReportAsync(answered: false, Options.BreakMinimum);

    private async Task ReportAsync(bool answered, int times)
    {
        for (var time = 0; time < times; time++)
        {
            await _breaker.ReportAsync(answered, isTrial: false);
        }
    }
}
