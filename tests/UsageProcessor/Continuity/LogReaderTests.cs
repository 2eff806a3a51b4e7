using Gateway.Contracts;
using Gateway.LocalStack.Servers;
using Gateway.UsageProcessor.Continuity;
using Gateway.UsageProcessor.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.UsageProcessor.Tests.Continuity;

public sealed class LogReaderTests
{
    private const int WithoutLeader = 0;
    private const int LogNotSeen = 334;
    private const int LogsNotSeen = 337;

    [Fact]
    public async Task Partition_without_a_leader_is_left_out_and_the_others_do_not_wait_for_its_answer()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        await Task.WhenAll(Enumerable.Range(0, Topics.UsageEventsPartitions).Select(partition => topic.SendAsync(partition, "first"u8.ToArray(), "second"u8.ToArray())));
        broker.LoseLeader(Topics.UsageEvents, WithoutLeader);
        await using var application = UsageProcessorApplication.Build(
            RunningProcessor.Arguments(broker.BootstrapServers, "postgresql://nobody:nothing@127.0.0.1:1/none", "--Logging:LogLevel:Default=Debug"));
        using var log = new CapturedLog();
        application.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);

        var seen = application.Services.GetRequiredService<LogReader>().Look(
            Enumerable.Range(0, Topics.UsageEventsPartitions).ToDictionary(static partition => partition, static _ => 1L), default);

        Assert.Equal(Enumerable.Range(1, Topics.UsageEventsPartitions - 1), seen.Keys.Order());
        Assert.All(seen.Values, static found => Assert.Equal((0, 2, true), (found.Begin, found.End, found.LastRead is not null)));

        // Nobody asked it, which takes 2 s.
        Assert.Equal(0, log.Count(LogNotSeen));
    }

    [Fact]
    public async Task Kafka_that_is_away_is_a_line_about_the_topic_and_about_no_partition()
    {
        await using var application = UsageProcessorApplication.Build(
            RunningProcessor.Arguments("127.0.0.1:1", "postgresql://nobody:nothing@127.0.0.1:1/none", "--Logging:LogLevel:Default=Debug"));
        using var log = new CapturedLog();
        application.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);

        Assert.Empty(application.Services.GetRequiredService<LogReader>().Look(new Dictionary<int, long> { [3] = 1 }, default));

        Assert.Equal((1, 0), (log.Count(LogsNotSeen), log.Count(LogNotSeen)));
    }
}
