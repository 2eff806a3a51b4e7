using Gateway.Contracts.ApiKeys;

namespace Gateway.Contracts.Tests.ApiKeys;

public sealed class ApiKeyScopeTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("reports:read")]
    [InlineData("v1.reports_all-x")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void Scope_is_well_formed(string scope) => Assert.True(ApiKeyScope.IsWellFormed(scope));

    [Theory]
    [InlineData("")]
    [InlineData("Reports")]
    [InlineData(":read")]
    [InlineData("reports read")]
    [InlineData("reports\n")]
    [InlineData("reports*")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public void Anything_else_is_no_scope(string scope) => Assert.False(ApiKeyScope.IsWellFormed(scope));
}
