using System.Net;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.RateLimiting;

/// <summary>Many requests of one customer at once.</summary>
internal static class Traffic
{
    /// <summary>Clients that each send their requests one after the other, spread over the gateways.</summary>
    public static async Task<HttpStatusCode[]> SendAsync(
        IReadOnlyList<GatewayUnderTest> gateways, Customer customer, int clients, int requestsPerClient, string path = "/")
    {
        var each = await Task.WhenAll(Enumerable.Range(0, clients).Select(async number =>
        {
            using var client = gateways[number % gateways.Count].ClientOf(customer);
            var statuses = new HttpStatusCode[requestsPerClient];
            for (var request = 0; request < requestsPerClient; request++)
            {
                using var response = await client.GetAsync(path);
                statuses[request] = response.StatusCode;
            }

            return statuses;
        }));
        return [.. each.SelectMany(statuses => statuses)];
    }

    public static int Passed(this IEnumerable<HttpStatusCode> statuses) => statuses.Count(status => status == HttpStatusCode.OK);

    /// <summary>Nothing but answers of the backend and refusals.</summary>
    public static void ArePassedOrRefused(this IEnumerable<HttpStatusCode> statuses) =>
        Assert.All(statuses, status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{status}"));
}
