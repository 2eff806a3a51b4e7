using Gateway.EndToEnd.Tests.Limits.Fleets;

namespace Gateway.EndToEnd.Tests.Limits;

[Collection(LimitsTestGroup.Name)]
public sealed class ExactLimitTests(SharedFleet fleet)
{
    private const int Gateways = 3;
    private const int Clients = 50;
    private const int RequestsPerClient = 10;
    private const int Limit = 100;
    private const int Rounds = 5;

    [Fact]
    public async Task Of_500_requests_of_50_clients_over_3_gateways_exactly_100_are_let_through_at_a_limit_of_100()
    {
        var gateways = await fleet.GetAsync();
        var customers = await gateways.Customers.CreateAsync([.. Enumerable.Repeat((1, new LimitRow[] { new("day", Limit, Limit), new("minute", 1_000_000, 1_000_000) }), Rounds)]);

        foreach (var customer in customers)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
            {
                var statuses = new List<int>();
                for (var request = 0; request < RequestsPerClient; request++)
                {
                    statuses.Add((await gateways.SendAsync((client + request) % Gateways, customer.Keys[0])).Status);
                }

                return statuses;
            }));

            var byStatus = answers.SelectMany(statuses => statuses).CountBy(status => status).OrderBy(count => count.Key);
            Assert.Equal([new(200, Limit), new(429, (Clients * RequestsPerClient) - Limit)], byStatus);
            Assert.Equal(Limit, gateways.Backend.CountOf(customer.Keys[0].Id, route: 0));
        }
    }
}
