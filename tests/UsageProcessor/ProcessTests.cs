using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

/// <summary>The program as the operating system sees it.</summary>
public sealed class ProcessTests(TestServers servers)
{
    private const int Succeeded = 0;
    private const int Failed = 1;
    private const int InvalidSettings = 2;

    [Fact]
    public async Task Process_that_is_killed_in_mid_stream_loses_and_doubles_nothing()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var stream = new EventStream(topic);
        await using (var killed = await ProcessorProcess.StartAsync(Arguments(broker, database)))
        {
            await Eventually.BecomesAsync(database.EventsAsync, count => count > 100, "some batches");
            await killed.KillAsync();
        }

        await Eventually.EqualsAsync(0, database.ProcessorSessionsAsync);
        var stored = await database.EventsAsync();
        Assert.Equal(stored, await database.StoredMessagesAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());

        await using var next = await ProcessorProcess.StartAsync(Arguments(broker, database));
        await Eventually.BecomesAsync(database.EventsAsync, count => count > stored, "going on");
        var sent = await stream.EndAsync();
        await Eventually.EqualsAsync(sent, database.StoredMessagesAsync);
        Assert.Equal(sent, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());
    }

    [Fact]
    public async Task Process_that_is_told_to_stop_stores_what_it_has_leaves_its_group_and_succeeds()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await topic.SendAsync(SampleEvents.Many(10));

        // A batch that would wait for a minute is in hand when the signal comes.
        await using var processor = await ProcessorProcess.StartAsync(
            [.. Arguments(broker, database), "--Consumer:BatchMessages=7", "--Consumer:BatchWaitMilliseconds=60000"]);
        await Eventually.EqualsAsync(7, database.EventsAsync);
        processor.Terminate();

        Assert.Equal(Succeeded, await processor.ExitCodeAsync());
        Assert.Equal(10, await database.EventsAsync());
        Assert.Contains("left the consumer group", processor.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_whose_loop_dies_ends_with_an_exit_code_and_says_why()
    {
        await using var broker = EmbeddedBroker.Start();
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());

        // A schema that is not ours is no outage that could pass.
        await database.ExecuteAsync("ALTER TABLE consumer_offsets ALTER COLUMN next_offset TYPE double precision");
        await using var processor = await ProcessorProcess.StartAsync(Arguments(broker, database));

        Assert.Equal(Failed, await processor.ExitCodeAsync());
        Assert.Contains("consuming ended unexpectedly", processor.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Consumer:BatchMessages=0", "Consumer:BatchMessages")]
    [InlineData("--Consumer:BatchWaitMilliseconds=soon", "Consumer:BatchWaitMilliseconds")]
    [InlineData("--Deduplication:WindowSeconds=-1", "Deduplication:WindowSeconds")]
    [InlineData("--Storage:CommandTimeoutSeconds=0", "Storage:CommandTimeoutSeconds")]
    [InlineData("--KAFKA_BOOTSTRAP_SERVERS=nowhere", "KAFKA_BOOTSTRAP_SERVERS")]
    public async Task Setting_that_makes_no_sense_ends_the_process_with_a_line_that_names_it(string argument, string setting)
    {
        await using var processor = await ProcessorProcess.StartAsync(
            [.. RunningProcessor.Arguments("127.0.0.1:1", "postgresql://u:p@127.0.0.1:1/d"), argument]);

        Assert.Equal(InvalidSettings, await processor.ExitCodeAsync());
        Assert.StartsWith(setting, processor.Output, StringComparison.Ordinal);
    }

    private static string[] Arguments(EmbeddedBroker broker, UsageDatabase database) =>
        [.. RunningProcessor.Arguments(broker.BootstrapServers, database.Url), "--Consumer:BatchMessages=20"];
}
