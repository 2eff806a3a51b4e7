using Gateway.Contracts.ApiKeys;

namespace Gateway.Tests.ApiKeys;

/// <summary>Measures the memory of the process: nothing may run beside it.</summary>
[CollectionDefinition(nameof(KeyMemoryTests), DisableParallelization = true)]
[Collection(nameof(KeyMemoryTests))]
public sealed class KeyMemoryTests
{
    [Fact]
    public void Keys_take_less_than_200_bytes_each()
    {
        const int Count = 200_000;
        var table = Rows.NewTable();
        var organization = Rows.Organization(Guid.NewGuid());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        table.BeginRefresh();
        table.RefreshFrom(version: 1);
        for (var batch = 0; batch < Count / 1_000; batch++)
        {
            table.Refresh([organization], [.. Enumerable.Range(0, 1_000).Select(_ => Rows.Key(organization.OrganizationId, RandomHash()))]);
        }

        table.EndRefresh();
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Count;

        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes:0} bytes a key");
        Assert.Equal(Count, table.Count);
        Assert.InRange(bytes, 50, 200);
    }

    private static ApiKeyHash RandomHash()
    {
        Span<byte> bytes = stackalloc byte[ApiKeyHash.Size];
        Random.Shared.NextBytes(bytes);
        return new ApiKeyHash(bytes);
    }
}
