using Gateway.ApiKeys;
using Gateway.Contracts.Usage;
using Gateway.Organizations;
using Gateway.Requests;
using Gateway.Tests.ApiKeys;
using Gateway.Usage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Usage;

public sealed class UsageMeterTests
{
    [Fact]
    public void Defect_of_ours_is_metered_as_the_500_that_the_client_gets()
    {
        var organization = Rows.Organization(Guid.NewGuid());
        var context = new DefaultHttpContext();
        context.Features.Set(new GatewayRequest
        {
            Id = Guid.CreateVersion7(),
            ReceivedAt = TimeProvider.System.GetUtcNow(),
            ReceivedTimestamp = TimeProvider.System.GetTimestamp(),
            ApiKey = new ApiKey(Rows.Key(organization.OrganizationId), new Organization(organization)),
            Outcome = RequestOutcome.InternalError,
        });

        var usageEvent = new UsageMeter(TimeProvider.System).Mint(context, requestBytes: 0, responseBytes: 0);

        Assert.Equal((500, UsageOutcome.BackendError, false), (usageEvent!.Status, usageEvent.Outcome, usageEvent.Billable));
    }
}
