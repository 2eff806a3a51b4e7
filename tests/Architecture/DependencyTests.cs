namespace Gateway.Architecture.Tests;

public sealed class DependencyTests
{
    [Fact]
    public void Contracts_depend_on_nothing_of_ours() => Assert.Empty(Repository.ReferencesOf("contracts"));

    [Fact]
    public void Database_depends_on_contracts_at_most() =>
        Assert.Empty(Repository.ReferencesOf("db").Except(["contracts"]));

    [Fact]
    public void Applications_never_depend_on_each_other()
    {
        foreach (var application in Repository.Applications)
        {
            Assert.Empty(Repository.ReferencesOf(application).Except(["contracts", "db", "hosting"]));
        }
    }

    [Fact]
    public void Hosting_depends_on_contracts_and_db_only() =>
        Assert.Empty(Repository.ReferencesOf("hosting").Except(["contracts", "db"]));
}
