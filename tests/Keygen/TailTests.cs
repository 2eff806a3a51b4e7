using System.Diagnostics;
using System.Text.Json;
using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.Keygen.Output;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class TailTests(TestServers servers) : KeygenTest(servers)
{
    private const string Waiting = "Waiting for requests; Ctrl+C ends.";

    private readonly AnnouncingWriter _error = new(Waiting);
    private EmbeddedBroker _broker = null!;
    private long _sequence;

    protected override async Task PrepareAsync()
    {
        _broker = await Servers.EmbeddedBrokerAsync();
        Variables[EnvironmentVariables.KafkaBootstrapServers] = _broker.BootstrapServers;
    }

    [Fact]
    public async Task Tail_shows_what_comes_from_now_on_in_order_and_once()
    {
        await SendAsync(Event("/before"));
        var tail = TailAsync("--org-id", "Example Ltd", "--limit", "3");
        await _error.Announced;

        var first = Event("/first", status: 404);
        var heartbeat = new UsageHeartbeat { Id = Guid.NewGuid(), Source = "gateway/a", Time = Clock.Now, LastSequence = 3, Ended = false };
        await SendAsync(
            [
                .. Array.ConvertAll([first, Event("/stranger", organization: Guid.NewGuid()), first], UsageEventJson.Serialize),
                UsageHeartbeatJson.Serialize(heartbeat),
                [.. "no event"u8],
                .. Array.ConvertAll([Event("/second"), Event("/third"), Event("/fourth")], UsageEventJson.Serialize),
            ]);

        var lines = (await tail).Succeeded().OutputLines;
        Assert.Equal(["/first", "/second", "/third"], lines.Select(line => line.Split('\t')[3]));
        Assert.Equal(["404", "GET", "/first", "forwarded", "1", "1843", "1610", "default"], lines[0].Split('\t')[1..9]);
        Assert.Contains("is not a usage event: not JSON", _error.ToString(), StringComparison.Ordinal);
        Assert.Single(_error.ToString().Split('\n'), line => line.Contains("usage-events/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tail_as_json_is_an_object_in_each_line_and_needs_no_database()
    {
        Variables.Remove(EnvironmentVariables.DatabaseUrl);
        var key = Guid.NewGuid();
        var tail = TailAsync("--key-id", $"{key}", "--status", "5xx", "--outcome", "backend-error", "--json", "-n", "1");
        await _error.Announced;

        var wanted = Event("/wanted", status: 502, UsageOutcome.BackendError) with { ApiKeyId = key };
        await SendAsync(
            Event("/other-key", status: 502, UsageOutcome.BackendError), wanted with { Id = Guid.NewGuid(), Status = 499 },
            wanted with { Id = Guid.NewGuid(), Outcome = UsageOutcome.Forwarded }, wanted);

        var json = JsonElement.Parse(Assert.Single((await tail).Succeeded().OutputLines));
        Assert.Equal(wanted.Id, json.GetProperty("id").GetGuid());
        Assert.Equal(18, json.EnumerateObject().Count());
        Assert.Equal("backend-error", json.GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tail_on_a_terminal_is_a_line_each(bool hasColors)
    {
        var tail = RunAsync(
            surroundings => surroundings with { Error = _error, IsOutputTerminal = true, Width = 40, HasColors = hasColors },
            "tail", "--org-id", $"{Organization}", "-n", "1");
        await _error.Announced;

        await SendAsync(Event("/\u001b[2Jthings", status: 502, UsageOutcome.BackendError));

        var line = Assert.Single((await tail).Succeeded().OutputLines);
        Assert.Contains("/\uFFFD[2Jthings", line, StringComparison.Ordinal);
        Assert.Equal(hasColors, line.Contains('\u001b', StringComparison.Ordinal));
        if (!hasColors)
        {
            Assert.Matches(@"^\d\d:\d\d:\d\d\.\d{3}  502  GET    /.*  backend-error  1\.8 ms  default  key [0-9a-f]{8}  organization [0-9a-f]{8}$", line);
        }
    }

    [Fact]
    public async Task Tail_that_is_interrupted_has_done_what_it_should()
    {
        using var interrupted = new CancellationTokenSource();
        var tail = TailAsync(interrupted.Token);
        await _error.Announced;

        await interrupted.CancelAsync();

        Assert.Equal((0, string.Empty), ((await tail).ExitCode, (await tail).Output));
        Assert.Equal($"{Waiting}\n", _error.ToString());
    }

    [Fact]
    public async Task Tail_ends_when_its_reader_is_gone_though_nothing_comes()
    {
        var result = await RunAsync(surroundings => surroundings with { OutputBytes = new ClosedStream() }, "tail", "--key-id", $"{Guid.NewGuid()}");

        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Interrupted_process_ends_with_0()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "keygen.dll"), "tail"])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment[EnvironmentVariables.KafkaBootstrapServers] = _broker.BootstrapServers;
        using var process = Process.Start(start)!;
        Assert.Equal(Waiting, await process.StandardError.ReadLineAsync());

        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await process.WaitForExitAsync();

        Assert.Equal((0, string.Empty), (process.ExitCode, await process.StandardError.ReadToEndAsync()));
    }

    [Fact]
    public async Task Tail_without_Kafka_or_of_nobody_is_refused()
    {
        (await RunAsync("tail", "--org-id", "nobody")).Refused(3, "there is no organization \"nobody\"");

        Variables[EnvironmentVariables.KafkaBootstrapServers] = $"127.0.0.1:{FreePort.Next()}";
        (await RunAsync("tail")).Refused(1, "cannot be reached");

        Variables.Remove(EnvironmentVariables.KafkaBootstrapServers);
        (await RunAsync("tail")).Refused(2, EnvironmentVariables.KafkaBootstrapServers);
    }

    private Task<KeygenResult> TailAsync(params string[] more) =>
        RunAsync(surroundings => surroundings with { Error = _error }, ["tail", .. more]);

    private Task<KeygenResult> TailAsync(CancellationToken interrupted) =>
        RunAsync(surroundings => surroundings with { Error = _error }, ["tail", "--org-id", $"{Organization}"], interrupted);

    private UsageEvent Event(string path, int status = 200, UsageOutcome outcome = UsageOutcome.Forwarded, Guid? organization = null) => new()
    {
        Id = Guid.CreateVersion7(),
        Source = "gateway/a",
        Sequence = ++_sequence,
        Time = Clock.Now,
        OrganizationId = organization ?? Organization,
        ApiKeyId = Guid.NewGuid(),
        RequestId = Guid.NewGuid(),
        Route = "default",
        Method = "GET",
        Path = path,
        Status = status,
        Outcome = outcome,
        Billable = true,
        Units = 1,
        DurationMicroseconds = 1843,
        BackendMicroseconds = 1610,
        RequestBytes = 0,
        ResponseBytes = 512,
    };

    private Task SendAsync(params UsageEvent[] events) => SendAsync(Array.ConvertAll(events, UsageEventJson.Serialize));

    // All to one partition, so that they have an order.
    private async Task SendAsync(byte[][] values)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = _broker.BootstrapServers, LingerMs = 0 }).Build();
        foreach (var value in values)
        {
            await producer.ProduceAsync(new TopicPartition(Topics.UsageEvents, 5), new Message<Null, byte[]> { Value = value });
        }
    }

    /// <summary>Says when a line has been written.</summary>
    private sealed class AnnouncingWriter(string awaited) : StringWriter
    {
        private readonly TaskCompletionSource _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Announced => _announced.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public override Task WriteLineAsync(string? value)
        {
            Write($"{value}\n");
            if (value == awaited)
            {
                _announced.TrySetResult();
            }

            return Task.CompletedTask;
        }
    }

    private sealed class ClosedStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new OutputClosedException();
    }
}
