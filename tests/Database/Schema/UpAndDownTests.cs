using Gateway.Database.Running;
using Gateway.Database.Tests.Databases;
using Gateway.Testing;

namespace Gateway.Database.Tests.Schema;

public sealed class UpAndDownTests(TestServers servers)
{
    [Fact]
    public async Task Each_down_undoes_its_up_and_each_up_can_be_repeated()
    {
        var database = await TestDatabase.CreateAsync(servers);
        var before = await CatalogDump.ReadAsync(database);
        Assert.Empty(before);
        foreach (var migration in Migration.All)
        {
            await database.Runner().UpAsync(migration.Version, default);
            var after = await CatalogDump.ReadAsync(database);
            Assert.NotEqual(before, after);

            await database.Runner().DownAsync(steps: 1, default);
            Assert.Equal(before, await CatalogDump.ReadAsync(database));

            await database.Runner().UpAsync(migration.Version, default);
            Assert.Equal(after, await CatalogDump.ReadAsync(database));
            before = after;
        }
    }

    [Fact]
    public async Task Everything_down_and_up_again_makes_the_same_schema()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        var first = await CatalogDump.ReadAsync(database);
        await database.Runner().DownToAsync(targetVersion: 0, default);
        Assert.Empty(await CatalogDump.ReadAsync(database));
        await database.Runner().UpAsync(default);
        Assert.Equal(first, await CatalogDump.ReadAsync(database));
    }
}
