using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Limits.Fleets;

/// <summary>The fleet of the tests that leave Redis alone: four gateways, started once, when the first test asks.</summary>
public sealed class SharedFleet(TestServers servers) : IAsyncLifetime
{
    /// <summary>How many gateways it has.</summary>
    internal const int Gateways = 4;

    // Redis answers as long as it runs. A test machine that is busy with clients, backend and four gateways at once may
    // still be late, and a gateway that takes that for an outage rightly goes on with its local share, which is not
    // what is proved here.
    internal static readonly (string Name, string Value) PatientWithRedis = ("RateLimits__RedisTimeoutMilliseconds", "5000");

    private Task<Fleet>? _fleet;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_fleet is { IsCompletedSuccessfully: true })
        {
            await (await _fleet).DisposeAsync();
        }
    }

    // Tests of one collection run one after another. One that does not start is not tried again for each of them.
    internal Task<Fleet> GetAsync() => _fleet ??= Fleet.StartAsync(servers, Gateways, PatientWithRedis);
}

/// <summary>Tests that share the fleet, and do not run beside each other: they would only measure each other's load.</summary>
[CollectionDefinition(Name)]
public sealed class LimitsTestGroup : ICollectionFixture<SharedFleet>
{
    internal const string Name = "limits";
}
