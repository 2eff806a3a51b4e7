using Gateway.EndToEnd.Tests.Limits.Fleets;
using Gateway.EndToEnd.Tests.Limits.Running;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Limits;

/// <summary>
/// Promise 3: while Redis is up no limit lets out more than burst + rate × time, over all gateways together. Time is
/// from just before the first request until just after the last answer.
/// </summary>
[Collection(LimitsTestGroup.Name)]
public sealed class OverAdmissionTests(SharedFleet fleet, TestServers servers, ITestOutputHelper output)
{
    private const string Mode = "RateLimits__Mode";

    [Fact]
    public async Task No_limit_is_exceeded_whatever_the_load() =>
        await new Campaign(await fleet.GetAsync(), output).RunAsync(60, Disturbance.None);

    [Fact]
    public async Task No_limit_is_exceeded_when_a_gateway_freezes_and_goes_on() =>
        await new Campaign(await fleet.GetAsync(), output).RunAsync(15, Disturbance.Freeze);

    [Fact]
    public async Task No_limit_is_exceeded_when_a_gateway_is_killed_and_comes_back() =>
        await new Campaign(await fleet.GetAsync(), output).RunAsync(10, Disturbance.Kill);

    [Theory]
    [InlineData(2, "Exact")]
    [InlineData(2, "Leased")]
    [InlineData(2, "Adaptive")]
    [InlineData(4, "Exact")]
    [InlineData(4, "Leased")]
    [InlineData(4, "Adaptive")]
    public async Task No_limit_is_exceeded_in_hundreds_of_runs(int gateways, string mode)
    {
        ExtensiveTests.SkipUnlessWanted("it takes minutes, and some runs of every kind are always done");
        await using var own = await Fleet.StartAsync(servers, gateways, SharedFleet.PatientWithRedis, (Mode, mode));
        var campaign = new Campaign(own, output);
        await campaign.RunAsync(200, Disturbance.None);
        await campaign.RunAsync(50, Disturbance.Freeze);
        await campaign.RunAsync(50, Disturbance.Kill);
    }
}
