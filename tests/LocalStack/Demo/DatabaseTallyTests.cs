using System.Net;
using System.Net.Http.Headers;
using Gateway.LocalStack.Demo;

namespace Gateway.LocalStack.Tests.Demo;

public sealed class DatabaseTallyTests
{
    private static readonly EventGroup[] Events =
        [new("forwarded", 200, true, 2), new("forwarded", 500, false, 1), new("rate-limited", 429, false, 1)];

    [Fact]
    public void DatabaseTally_same_figures_has_no_differences() =>
        Assert.Empty(new DatabaseTally(Events, new LedgerTotals(4, 2, 2)).DifferencesFrom(Client()));

    [Fact]
    public void DatabaseTally_lost_row_is_named() =>
        Assert.Equal(
            ["answered requests, by event: the clients saw 4, the database has 3", "rate-limited requests, by event: the clients saw 1, the database has 0"],
            new DatabaseTally(Events[..2], new LedgerTotals(4, 2, 2)).DifferencesFrom(Client()));

    [Fact]
    public void DatabaseTally_wrong_ledger_is_named() =>
        Assert.Equal(
            ["billable units, by ledger: the clients saw 2, the database has 3"],
            new DatabaseTally(Events, new LedgerTotals(4, 2, 3)).DifferencesFrom(Client()));

    // Two answers that are billed, a server error of the backend, a refusal, and a stranger who is not metered.
    private static ClientTally Client()
    {
        var client = new ClientTally();
        Add(HttpStatusCode.OK, "application/json");
        Add(HttpStatusCode.NotFound, "text/html");
        Add(HttpStatusCode.InternalServerError, null);
        Add(HttpStatusCode.TooManyRequests, "application/problem+json");
        Add(HttpStatusCode.Unauthorized, "application/problem+json");
        return client;

        void Add(HttpStatusCode status, string? contentType)
        {
            using var response = new HttpResponseMessage(status);
            response.Content.Headers.ContentType = contentType is null ? null : new MediaTypeHeaderValue(contentType);
            client.Add(response);
        }
    }
}
