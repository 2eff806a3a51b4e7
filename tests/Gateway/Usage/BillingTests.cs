using Gateway.Requests;
using Gateway.Usage;

namespace Gateway.Tests.Usage;

public sealed class BillingTests
{
    [Theory]
    [InlineData(200, true)]
    [InlineData(299, true)]
    [InlineData(304, true)]
    [InlineData(404, true)]
    [InlineData(499, true)]
    [InlineData(500, false)]
    [InlineData(101, true)] // An upgrade: over HTTP/2 the same is a 200.
    [InlineData(100, false)]
    [InlineData(199, false)]
    public void Answer_of_the_backend_is_billable_below_500(int status, bool billable) =>
        Assert.Equal(billable, Billing.IsBillable(RequestOutcome.Forwarded, backendAnswered: true, status));

    [Fact]
    public void Client_that_leaves_during_the_answer_pays_for_it() =>
        Assert.True(Billing.IsBillable(RequestOutcome.ClientAborted, backendAnswered: true, 200));

    [Fact]
    public void Nothing_but_an_answer_of_the_backend_is_billable()
    {
        foreach (var outcome in Enum.GetValues<RequestOutcome>())
        {
            Assert.False(Billing.IsBillable(outcome, backendAnswered: false, 200));
            if (outcome is not (RequestOutcome.Forwarded or RequestOutcome.ClientAborted))
            {
                Assert.False(Billing.IsBillable(outcome, backendAnswered: true, 200));
            }
        }
    }
}
