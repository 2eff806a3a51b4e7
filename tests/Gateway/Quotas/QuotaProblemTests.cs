using Gateway.Contracts.Usage;
using Gateway.Problems;
using Gateway.Requests;
using Gateway.Usage;

namespace Gateway.Tests.Quotas;

public sealed class QuotaProblemTests
{
    [Fact]
    public void Refusal_says_when_there_are_new_units_whatever_the_zone()
    {
        var problem = Problem.QuotaExceeded(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.FromHours(5.5)));

        Assert.Equal(("urn:gateway:problem:quota-exceeded", 429), (problem.Type, problem.Status));
        Assert.Contains("2026-11-30T18:30:00Z", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_is_metered_as_such_and_not_billed()
    {
        Assert.Equal(UsageOutcome.QuotaExceeded, Billing.ToUsageOutcome(RequestOutcome.QuotaExceeded));
        Assert.False(Billing.IsBillable(RequestOutcome.QuotaExceeded, backendAnswered: true, 200));
        Assert.Equal("quota-exceeded", RequestOutcome.QuotaExceeded.Name());
    }
}
