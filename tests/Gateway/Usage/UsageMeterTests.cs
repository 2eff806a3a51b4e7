using Gateway.ApiKeys;
using Gateway.Contracts.Usage;
using Gateway.Organizations;
using Gateway.Requests;
using Gateway.Tests.ApiKeys;
using Gateway.Usage;
using Gateway.Usage.Journal;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Usage;

public sealed class UsageMeterTests
{
    [Fact]
    public void Defect_of_ours_is_metered_as_the_500_that_the_client_gets()
    {
        var usageEvent = Mint(NewRequest(RequestOutcome.InternalError));

        Assert.Equal((500, UsageOutcome.BackendError, false), (usageEvent.Status, usageEvent.Outcome, usageEvent.Billable));
    }

    [Fact]
    public void Request_is_metered_with_what_it_costs_and_that_is_one_unit_where_nothing_is_said()
    {
        var (costly, free) = (NewRequest(RequestOutcome.Forwarded), NewRequest(RequestOutcome.Forwarded));
        costly.Units = 1_000_000;
        free.Units = 0;

        Assert.Equal(
            [1_000_000, 0, 1], ((GatewayRequest[])[costly, free, NewRequest(RequestOutcome.Forwarded)]).Select(request => Mint(request).Units));
    }

    private static GatewayRequest NewRequest(RequestOutcome outcome)
    {
        var organization = Rows.Organization(Guid.NewGuid());
        return new GatewayRequest
        {
            Id = Guid.CreateVersion7(),
            ReceivedAt = TimeProvider.System.GetUtcNow(),
            ReceivedTimestamp = TimeProvider.System.GetTimestamp(),
            ApiKey = new ApiKey(Rows.Key(organization.OrganizationId), new Organization(organization)),
            Outcome = outcome,
        };
    }

    private static UsageMeter NewMeter() =>
        new(TimeProvider.System, new UnmeteredRequests(TimeProvider.System, NullLogger<UnmeteredRequests>.Instance));

    private static UsageRecord Mint(GatewayRequest request)
    {
        var context = new DefaultHttpContext();
        context.Features.Set(request);
        Assert.True(NewMeter().TryMint(
            context, request.Outcome, request.BackendAnswered, out var record));
        return record;
    }
}
