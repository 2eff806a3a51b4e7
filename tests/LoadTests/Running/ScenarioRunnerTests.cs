using System.Diagnostics;
using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Tests.Running;

[Collection(TimedTests.Name)]
public sealed class ScenarioRunnerTests
{
    private const string Name = "scenario";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Stall_of_a_server_is_charged_to_all_requests_that_were_due_meanwhile()
    {
        using var server = new StallingServer(stallsAt: 50, Second);
        using var client = new LoadClient();

        var stats = await RunAsync(client.Get(server.Url, "key"), new LoadSimulation.Inject(100, Second, 2 * Second));

        // A hundred of the two hundred were due in that second, and waited for half a second in the mean.
        Assert.Equal(200, stats.Requests);
        Assert.Equal(0, stats.Failed);
        Assert.Equal(200, server.Received);
        Assert.InRange(stats.Latency!.P95, 600, 30_000);
        Assert.InRange(stats.Latency.Percentiles.First(point => point.Percentile >= 75).Milliseconds, 200, 30_000);
        Assert.InRange(stats.MaximumInFlight, 50, 200);
    }

    [Fact]
    public async Task Client_that_waits_for_its_answer_hardly_notices_that_stall()
    {
        using var server = new StallingServer(stallsAt: 50, Second);
        using var client = new LoadClient();

        var stats = await RunAsync(client.Get(server.Url, "key"), new LoadSimulation.KeepConstant(1, 3 * Second));

        Assert.InRange(stats.Requests, 51, int.MaxValue);
        Assert.InRange(stats.Latency!.Maximum, 900, 30_000);
        Assert.InRange(stats.Latency.P95, 0, 600);
        Assert.Equal(1, stats.MaximumInFlight);
        Assert.Null(stats.Late);
    }

    [Fact]
    public async Task Generator_that_is_late_leaves_nothing_out_says_so_and_counts_it()
    {
        var stats = await RunAsync(
            static (number, _) =>
            {
                // The thread that sends is held up: the next forty requests are due meanwhile.
                var started = Stopwatch.GetTimestamp();
                SpinWait.SpinUntil(() => number != 0 || Stopwatch.GetElapsedTime(started) > 0.4 * Second);
                return Task.FromResult(new Response(200, IsOk: true, Bytes: 1));
            },
            new LoadSimulation.Inject(100, Second, Second));

        Assert.Equal(100, stats.Requests);
        Assert.Equal(100, stats.Bytes);
        Assert.InRange(stats.Late!.Maximum, 380, 30_000);
        Assert.InRange(stats.Latency!.Percentiles.First(point => point.Percentile >= 75).Milliseconds, 100, 30_000);
    }

    [Fact]
    public async Task Requests_are_spread_over_their_stretches_and_none_is_sent_in_a_pause()
    {
        var stats = await RunAsync(
            static (_, _) => Task.FromResult(new Response(200, IsOk: true, Bytes: 0)),
            new LoadSimulation.Pause(Second),
            new LoadSimulation.Inject(50, Second, Second),
            new LoadSimulation.Pause(Second),
            new LoadSimulation.RampingInject(150, Second, Second));

        // From 50 to 150 in a second are 100 in the mean.
        Assert.Equal(150, stats.Requests);
        Assert.True(stats.Intervals.Count >= 4, $"{stats.Intervals.Count} seconds");
        Assert.Equal((0, 150), (stats.Intervals[0].Requests, stats.Intervals.Sum(static second => second.Requests)));
    }

    [Fact]
    public async Task Requests_without_an_answer_are_failures_that_have_a_latency()
    {
        using var server = new StallingServer(stallsAt: 0, Second);
        var gone = server.Url;
        server.Dispose();
        using var client = new LoadClient();

        var stats = await RunAsync(client.Get(gone, "key"), new LoadSimulation.Inject(20, Second, Second));

        Assert.Equal(20, stats.Failed);
        Assert.Equal("none: 20", ScenarioStats.ToText(stats.Statuses));
        Assert.NotNull(stats.Latency);
        Assert.Equal(20, client.Unanswered);
    }

    [Fact]
    public async Task Defect_of_a_scenario_ends_the_run_with_what_was_thrown() => await Assert.ThrowsAsync<InvalidDataException>(
        () => RunAsync(static (_, _) => throw new InvalidDataException(), new LoadSimulation.Inject(10, Second, Second)));

    [Fact]
    public async Task Cancelled_run_ends_with_what_there_is()
    {
        using var cancelled = new CancellationTokenSource();

        var stats = await ScenarioRunner.RunAsync(
            new Scenario(
                Name,
                (number, _) =>
                {
                    if (number == 4)
                    {
                        cancelled.Cancel();
                    }

                    return Task.FromResult(new Response(200, IsOk: true, Bytes: 0));
                },
                new LoadSimulation.Inject(10, Second, TimeSpan.FromHours(1))),
            cancelled.Token);

        Assert.Equal(5, stats.Requests);
    }

    private static Task<ScenarioStats> RunAsync(
        Func<long, CancellationToken, Task<Response>> send, params LoadSimulation[] simulations) =>
        ScenarioRunner.RunAsync(new Scenario(Name, send, simulations), CancellationToken.None);
}
