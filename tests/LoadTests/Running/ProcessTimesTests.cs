using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Tests.Running;

public sealed class ProcessTimesTests
{
    // Fields 14 to 17 of proc(5): 150 and 50 ticks of its own, 1,000 and 7 of its children.
    private const string Stat = "4711 (a (strange) name) S 1 4711 4711 0 -1 4194560 9 9 9 9 150 50 1000 7 20 0 1 0 100 200 300";

    [Fact]
    public void Own_time_is_user_and_system_time_whatever_the_name() => Assert.Equal(TimeSpan.FromSeconds(2), ProcessTimes.ParseOwn(Stat));

    [Fact]
    public void Time_of_ended_children_is_told_apart() => Assert.Equal(TimeSpan.FromSeconds(10.07), ProcessTimes.ParseOfEndedChildren(Stat));

    [Fact]
    public void Peak_is_the_high_water_mark_in_bytes() =>
        Assert.Equal(2048 * 1024, ProcessTimes.ParseBytes(ProcessTimes.PeakWorkingSet, ["Name:\tdotnet", "VmRSS:\t    1024 kB", "VmHWM:\t    2048 kB"]));

    [Fact]
    public void Time_of_a_process_is_what_the_runtime_says_too()
    {
        // Up to the kernel's ticks of 10 ms, twice.
        var before = Environment.CpuUsage.TotalTime - TimeSpan.FromMilliseconds(20);
        var measured = ProcessTimes.Of(Environment.ProcessId);

        Assert.InRange(measured, before, Environment.CpuUsage.TotalTime + TimeSpan.FromMilliseconds(20));
    }
}
