using Gateway.Contracts.Usage;
using Gateway.Usage;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Usage;

public sealed class UsageEventQueueTests
{
    [Fact]
    public void Full_queue_never_makes_a_request_wait_and_says_how_many_were_not_metered()
    {
        var logger = new ListLogger();
        var queue = new UsageEventQueue(new UsageOptions(BatchSize: 1, BatchWait: TimeSpan.Zero, QueueCapacity: 100, HeartbeatInterval: TimeSpan.FromSeconds(10)), logger);

        for (var request = 0; request < 105; request++)
        {
            queue.Add(AnyEvent);
        }

        Assert.Equal(100, queue.Added);
        Assert.Equal(100, queue.Reader.Count);
        Assert.Equal([1, 2, 4], logger.Lost);
    }

    private static UsageEvent AnyEvent => new()
    {
        Id = Guid.CreateVersion7(),
        Source = "gateway/test",
        Sequence = 1,
        Time = TimeProvider.System.GetUtcNow(),
        OrganizationId = Guid.NewGuid(),
        ApiKeyId = Guid.NewGuid(),
        RequestId = Guid.NewGuid(),
        Route = "default",
        Method = "GET",
        Path = "/",
        Status = 200,
        Outcome = UsageOutcome.Forwarded,
        Billable = true,
        Units = 1,
        DurationMicroseconds = 1,
        BackendMicroseconds = 1,
        RequestBytes = 0,
        ResponseBytes = 0,
    };

    private sealed class ListLogger : ILogger<UsageEventQueue>
    {
        public List<long> Lost { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Assert.Equal(LogLevel.Critical, logLevel);
            var values = Assert.IsAssignableFrom<IReadOnlyList<KeyValuePair<string, object?>>>(state);
            Lost.Add((long)values.Single(value => value.Key == "Lost").Value!);
        }
    }
}
