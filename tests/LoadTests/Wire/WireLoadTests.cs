using Gateway.LoadTests.Wire;
using Gateway.LocalStack.Servers;

namespace Gateway.LoadTests.Tests.Wire;

[Collection(TimedTests.Name)]
public sealed class WireLoadTests
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    private const string TooMany = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\n\r\nwait";

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Every_answer_of_the_server_is_counted_once_by_its_status_on_connections_that_stay()
    {
        await using var server = new RawServer(static number => number % 4 == 0 ? new RawAnswer(TooMany) : number % 2 == 0 ? new RawAnswer(Chunked) : RawAnswer.Ok);
        using var load = Connect(server, connections: 4);

        var first = await load.RunAsync(new WirePace(Short, Rate: null), Stop);
        var second = await load.RunAsync(new WirePace(Short, Rate: null), Stop);

        var requests = first.Requests + second.Requests;
        Assert.Equal(server.Requests, requests);
        Assert.Equal(requests / 4, first.Statuses[429] + second.Statuses[429]);
        Assert.Equal((0, 4), (first.Errors + second.Errors, server.Connections));
        Assert.Equal(first.Requests, first.Latencies.TotalCount);
        Assert.False(first.AreAllOk);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", true)]
    [InlineData("HTTP/1.1 200 O", true)]
    [InlineData("", true)]
    [InlineData("no HTTP\r\n\r\n", false)]
    public async Task Answer_that_is_cut_off_or_is_none_is_an_error_and_the_next_request_goes_over_a_new_connection(string answer, bool closes)
    {
        await using var server = new RawServer(number => number == 3 ? new RawAnswer(answer, closes) : RawAnswer.Ok);
        using var load = Connect(server, connections: 1);

        var result = await load.RunAsync(new WirePace(Short, Rate: 50), Stop);

        Assert.Equal((1L, 14L), (result.Errors, result.Statuses[200]));
        Assert.Equal((15, 2), (server.Requests, server.Connections));
        Assert.Equal("200: 14, none: 1", result.Answers);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nuntil the end")]
    public async Task Connection_that_ends_behind_its_answer_is_no_error(string answer)
    {
        await using var server = new RawServer(_ => new RawAnswer(answer, Closes: true));
        using var load = Connect(server, connections: 1);

        var result = await load.RunAsync(new WirePace(Short, Rate: 50), Stop);

        Assert.True(result.AreAllOk, result.Answers);
        Assert.Equal(15, server.Requests);
    }

    [Fact]
    public async Task Latency_counts_from_when_a_request_was_due_not_from_when_it_could_be_sent()
    {
        // One connection: while the first answer takes 400 ms, 19 further requests become due, one each 20 ms.
        var stall = TimeSpan.FromMilliseconds(400);
        await using var server = new RawServer(number => number == 1 ? RawAnswer.Ok with { After = stall } : RawAnswer.Ok);
        using var load = Connect(server, connections: 1);

        var result = await load.RunAsync(new WirePace(TimeSpan.FromMilliseconds(800), Rate: 50), Stop);

        Assert.True(result.AreAllOk, result.Answers);
        Assert.Equal(40, result.Requests);

        // The server's timer may fire some milliseconds early.
        Assert.True(result.Percentile(100) >= 390, $"{result.Percentile(100)} ms at most");
        Assert.True(result.LatePercentile(50) < 100, $"{result.LatePercentile(50)} ms of its own");

        // Half of what became due meanwhile, a quarter of all, waited for 200 ms and more.
        Assert.True(result.Percentile(80) >= 200, $"{result.Percentile(80)} ms at the 80th percentile");
    }

    [Fact]
    public async Task Open_model_sends_what_is_due_and_no_more()
    {
        await using var server = new RawServer(static _ => RawAnswer.Ok);
        using var load = Connect(server, connections: 8);

        var result = await load.RunAsync(new WirePace(TimeSpan.FromSeconds(1), Rate: 200), Stop);

        Assert.Equal(200, result.Requests);
        Assert.True(result.Elapsed >= TimeSpan.FromMilliseconds(990), $"{result.Elapsed}");
    }

    [Fact]
    public async Task Several_requests_are_sent_in_turn_whatever_the_connections()
    {
        await using var server = new RawServer(static _ => RawAnswer.Ok);
        using var load = WireLoad.Connect([.. Enumerable.Range(0, 3).Select(number => WireRequest.Get(server.Port, $"/{number}"))], connections: 2);

        var result = await load.RunAsync(new WirePace(Short, Rate: 100), Stop);

        Assert.True(result.AreAllOk, result.Answers);
        Assert.Equal(
            ["GET /0 HTTP/1.1", "GET /1 HTTP/1.1", "GET /2 HTTP/1.1"],
            server.Lines.Distinct().Order());
        Assert.All(server.Lines.CountBy(static line => line), static line => Assert.Equal(10, line.Value));
    }

    [Fact]
    public void Server_that_is_not_there_is_named_in_one_line()
    {
        var port = FreePort.Next();

        var exception = Assert.Throws<LoadTestException>(() => WireLoad.Connect(WireRequest.Get(port, "/"), connections: 1));

        Assert.Equal($"127.0.0.1:{port} takes no connection: ConnectionRefused", exception.Message);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static WireLoad Connect(RawServer server, int connections) => WireLoad.Connect(WireRequest.Get(server.Port, "/"), connections);
}
