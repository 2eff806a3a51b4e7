using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Testing.Metrics;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

/// <summary>The program as the operating system sees it.</summary>
public sealed class ProcessTests(TestServers servers)
{
    private const int Succeeded = 0;
    private const int Failed = 1;
    private const int InvalidSettings = 2;
    private const int RebalanceInProgress = 27;

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
    public async Task Process_that_is_frozen_until_others_have_its_partitions_stores_nothing_twice_when_it_is_thawed()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        string[] settings = ["--Consumer:SessionTimeoutMilliseconds=3000"];
        await using var zombie = await ProcessorProcess.StartAsync([.. Arguments(broker, database), .. settings]);
        await topic.SendAsync(SampleEvents.Many(200));
        await Eventually.EqualsAsync(200, database.EventsAsync);

        zombie.Freeze();
        await topic.SendAsync(SampleEvents.Many(600)[200..]);
        await using var heir = await RunningProcessor.StartAsync(broker.BootstrapServers, database, settings);
        await Eventually.EqualsAsync(600, database.EventsAsync, TimeSpan.FromSeconds(60));
        zombie.Thaw();
        await topic.SendAsync(SampleEvents.Many(800)[600..]);

        await Eventually.EqualsAsync(800, database.StoredMessagesAsync, TimeSpan.FromSeconds(60));
        Assert.Equal(800, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());

        // The fence, not the primary key: nothing was even offered twice.
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT sum(duplicates)::bigint FROM usage_sources"));
    }

    [Fact]
    public async Task Process_whose_database_is_frozen_holds_no_more_than_its_bounds_of_large_messages()
    {
        ExtensiveTests.SkipUnlessWanted("sends 480 MB");
        var kafka = await servers.ApacheKafkaAsync();
        using var topic = new UsageTopic(kafka.BootstrapServers);
        await using var postgres = await OwnPostgres.StartAsync();
        await using var processor = await ProcessorProcess.StartAsync(RunningProcessor.Arguments(kafka.BootstrapServers, postgres.Database.Url));
        await topic.SendAsync(0, UsageEventJson.Serialize(SampleEvents.One(1)));
        await Eventually.EqualsAsync(1, postgres.Database.EventsAsync);
        var before = processor.WorkingSet;

        await postgres.FreezeAsync();
        var highest = before;
        var large = new byte[800 * 1024];
        for (var round = 0; round < 60; round++)
        {
            Random.Shared.NextBytes(large);
            await topic.SendAsync(round % Topics.UsageEventsPartitions, [.. Enumerable.Repeat(large, 10)]);
            highest = Math.Max(highest, processor.WorkingSet);
        }

        await Eventually.IsTrueAsync(() => Task.FromResult(processor.Output.Contains("consuming is paused", StringComparison.Ordinal)), "a pause");
        highest = Math.Max(highest, processor.WorkingSet);
        TestContext.Current.SendDiagnosticMessage($"working set {before >> 20} MB, at most {highest >> 20} MB");
        await postgres.ThawAsync();

        // Three batches of 16 MiB, 64 MiB that librdkafka holds, and as much again for the garbage of both.
        Assert.InRange(highest - before, 0, 256L << 20);
        await Eventually.EqualsAsync(600, postgres.Database.DeadLettersAsync, TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task Process_that_is_told_to_stop_stores_what_it_has_leaves_its_group_and_succeeds()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());

        // A batch that would wait for a minute is in hand when the signal comes.
        var port = FreePort.Next();
        await topic.SendAsync(0, [.. SampleEvents.Many(10).Select(UsageEventJson.Serialize)]);
        await using var processor = await ProcessorProcess.StartAsync(
            [.. Arguments(broker, database), "--Consumer:BatchMessages=7", "--Consumer:BatchWaitMilliseconds=60000", $"--Management:Port={port}"]);
        using var management = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await Eventually.EqualsAsync(7, database.EventsAsync);
        await Eventually.EqualsAsync(10, async () => (await Scrape.OfAsync(management)).Sum("usage_processor_events_total", "stage=\"received\""));
        processor.Terminate();

        Assert.Equal(Succeeded, await processor.ExitCodeAsync());
        Assert.Equal(10, await database.EventsAsync());
        Assert.Contains("left the consumer group", processor.Output, StringComparison.Ordinal);
    }

    /// <summary>librdkafka 2.0.2 aborts the process when it is released between having joined and being told its part.</summary>
    [Fact]
    public async Task Process_that_is_told_to_stop_before_it_has_partitions_succeeds()
    {
        ExtensiveTests.SkipUnlessWanted("the broker lets a new group wait for 3 s, and nothing tells when it is over");
        await using var broker = EmbeddedBroker.Start();
        broker.RefuseParts([.. Enumerable.Repeat(RebalanceInProgress, 1_000)]);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var processor = await ProcessorProcess.StartAsync(Arguments(broker, database));
        await Eventually.IsTrueAsync(() => Task.FromResult(processor.Output.Contains("PostgreSQL at", StringComparison.Ordinal)), "the loop to begin");
        await Task.Delay(TimeSpan.FromSeconds(5));
        processor.Terminate();

        Assert.Equal(Succeeded, await processor.ExitCodeAsync());
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
