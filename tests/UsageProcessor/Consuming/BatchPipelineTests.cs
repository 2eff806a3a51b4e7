using System.Diagnostics;
using System.Text;
using Gateway.Contracts.Usage;
using Gateway.Testing;
using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.Storage;
using Gateway.UsageProcessor.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gateway.UsageProcessor.Tests.Consuming;

/// <summary>Two pipelines on one database, without Kafka: their partitions, their connections and their time are the test's.</summary>
public sealed class BatchPipelineTests(TestServers servers)
{
    private const int Partitions = 4;
    private const int MessagesEach = 500;
    private const int BatchMessages = 20;
    private const int JunkEach = 211;
    private const int PoisonEach = 207;
    private const int TurnsAtOnce = 50;
    private const int MostDisturbances = 100;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Events_are_stored_once_whatever_is_revoked_lost_doubted_or_broken_while_batches_are_on_their_way(int seed)
    {
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await database.ExecuteAsync($"ALTER TABLE usage_events ADD CONSTRAINT no_poison CHECK (sequence % {PoisonEach} <> 0)");
        var broker = await servers.EmbeddedBrokerAsync();
        var random = new Random(seed);
        var logs = Logs(random, out var valid, out var dead);
        await using var first = new Driven(broker.BootstrapServers, database.Url, logs);
        await using var second = new Driven(broker.BootstrapServers, database.Url, logs);

        await Task.Factory.StartNew(() => Drive([first, second], database, random), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Assert.Equal(Partitions * MessagesEach, await database.StoredMessagesAsync());
        Assert.Equal((valid, valid), (await database.EventsAsync(), await database.ScalarAsync<long>("SELECT sum(stored)::bigint FROM usage_sources")));
        Assert.Equal(dead, await database.DeadLettersAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());
        TestContext.Current.TestOutputHelper!.WriteLine($"fenced {first.Fenced + second.Fenced}, reread {first.Reread}");
    }

    [Fact]
    public async Task Way_back_that_is_given_up_with_its_batch_is_found_anew_and_one_that_is_stored_is_not()
    {
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        var broker = await servers.EmbeddedBrokerAsync();
        var random = new Random(1);
        await using var processor = new Driven(broker.BootstrapServers, database.Url, Logs(random, out _, out _));
        processor.Assignment.Add(0);
        await TurnUntil(() => processor.IsDone);
        Assert.True(processor.Assignment.TryGet(0, out var partition));
        var anchor = partition.Anchor;
        var back = new StoredOffset(MessagesEach / 2, null, IsNew: false);

        processor.Pipeline.GoBack(partition, back);
        processor.Pipeline.Reread();
        await TurnUntil(() => processor.IsDone);
        Assert.Equal(anchor, partition.Anchor);

        processor.Pipeline.GoBack(partition, back);
        await TurnUntil(() => processor.IsDone);
        Assert.NotEqual(anchor, partition.Anchor);

        Task TurnUntil(Func<bool> isDone) => Eventually.IsTrueAsync(
            () =>
            {
                for (var turn = 0; turn < TurnsAtOnce && !isDone(); turn++)
                {
                    processor.Turn(random);
                }

                return Task.FromResult(isDone());
            },
            "all of the log stored");
    }

    [Fact]
    public async Task Draining_ends_in_time_though_a_frozen_database_takes_no_cancellation()
    {
        await using var postgres = await OwnPostgres.StartAsync();
        var broker = await servers.EmbeddedBrokerAsync();
        await using var processor = new Driven(broker.BootstrapServers, postgres.Database.Url, Logs(new Random(1), out _, out _), "--Storage:CommandTimeoutSeconds=60");
        await using var holder = await postgres.Database.OpenAsync();
        await using var hold = new NpgsqlCommand("BEGIN; LOCK TABLE usage_ledger", holder);
        await hold.ExecuteNonQueryAsync();
        processor.Assignment.Add(0);
        await Eventually.IsTrueAsync(
            async () =>
            {
                processor.Turn(new Random(1));
                return await postgres.Database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)");
            },
            "a transaction that waits");
        await postgres.FreezeAsync();

        var startedAt = Stopwatch.GetTimestamp();
        Assert.False(processor.Pipeline.Drain(TimeSpan.FromMilliseconds(100)));
        Assert.InRange(Stopwatch.GetElapsedTime(startedAt).TotalSeconds, 0, 30);
        await postgres.ThawAsync();
    }

    private static void Drive(Driven[] processors, UsageDatabase database, Random random)
    {
        foreach (var partition in Enumerable.Range(0, Partitions))
        {
            processors[partition % 2].Assignment.Add(partition);
        }

        var disturbances = 0;
        for (var step = 1; ; step++)
        {
            foreach (var processor in processors)
            {
                processor.Turn(random);
            }

            var one = processors[random.Next(2)];

            // Not without end: where the database is slow, more would come than it gets done between two of them.
            var disturbance = disturbances < MostDisturbances ? random.Next(120) : int.MaxValue;
            disturbances += disturbance <= 3 ? 1 : 0;
            switch (disturbance)
            {
                case 0:
                    Move(processors, random, TimeSpan.FromMilliseconds(random.Next(3) * 20));
                    break;
                case 1:
                    one.Pipeline.Reread();
                    break;
                case 2:
                    database.ExecuteAsync("""
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name = 'usage-processor' ORDER BY random() LIMIT 1
                        """).GetAwaiter().GetResult();
                    break;
                case 3:
                    one.GoBack(random);
                    break;
            }

            if (step % 200 == 0 && processors.All(processor => processor.IsDone)
                && database.StoredMessagesAsync().GetAwaiter().GetResult() == Partitions * MessagesEach)
            {
                return;
            }
        }
    }

    /// <summary>To the other processor, which may know of it before the one that had it does.</summary>
    private static void Move(Driven[] processors, Random random, TimeSpan patience)
    {
        var partition = random.Next(Partitions);
        var (from, to) = processors[0].Assignment.TryGet(partition, out _) ? (processors[0], processors[1]) : (processors[1], processors[0]);
        if (patience > TimeSpan.Zero)
        {
            from.Pipeline.WaitForFlush(patience);
        }
        else
        {
            to.Assignment.Add(partition);
            for (var turn = random.Next(20); turn > 0; turn--)
            {
                to.Turn(random);
                from.Turn(random);
            }
        }

        from.Remove(partition);
        if (!to.Assignment.TryGet(partition, out _))
        {
            to.Assignment.Add(partition);
        }
    }

    /// <summary>Events, copies of earlier ones of any partition, and what is none.</summary>
    private static byte[][][] Logs(Random random, out long valid, out long dead)
    {
        var logs = new byte[Partitions][][];
        var earlier = new List<UsageEvent>();
        dead = 0;
        for (var partition = 0; partition < Partitions; partition++)
        {
            logs[partition] = new byte[MessagesEach][];
        }

        for (var index = 0; index < Partitions * MessagesEach; index++)
        {
            var message = (index + 1) % JunkEach == 0 ? null
                : earlier.Count > 0 && random.Next(10) == 0 ? earlier[random.Next(Math.Max(0, earlier.Count - 300), earlier.Count)]
                : SampleEvents.One(index + 1);
            if (message is not null && !earlier.Contains(message))
            {
                earlier.Add(message);
            }

            dead += message is null || message.Sequence % PoisonEach == 0 ? 1 : 0;
            logs[index % Partitions][index / Partitions] = message is null ? Encoding.UTF8.GetBytes("junk") : UsageEventJson.Serialize(message);
        }

        valid = earlier.Count(message => message.Sequence % PoisonEach != 0);
        return logs;
    }

    /// <summary>What the loop does with a pipeline, with logs that never fail.</summary>
    private sealed class Driven : IAsyncDisposable
    {
        private readonly byte[][][] _logs;
        private readonly CapturedLog _log = new();
        private readonly WebApplication _application;

        public Driven(string bootstrapServers, string url, byte[][][] logs, params string[] settings)
        {
            _logs = logs;
            _application = UsageProcessorApplication.Build(RunningProcessor.Arguments(
                bootstrapServers,
                url,
                [
                    $"--Consumer:BatchMessages={BatchMessages}",
                    "--Consumer:BatchWaitMilliseconds=5",
                    "--Deduplication:Capacity=500",
                    "--Storage:FirstRetryMilliseconds=1",
                    .. settings,
                ]));
            var services = _application.Services;
            Pipeline = new BatchPipeline(
                services.GetRequiredService<ConsumerOptions>(),
                Assignment,
                services.GetRequiredService<BatchFlusher>(),
                TimeProvider.System,
                new LoggerFactory([_log]).CreateLogger<BatchPipeline>(),
                static (_, _) => { });
        }

        public Assignment Assignment { get; } = new();

        public BatchPipeline Pipeline { get; }

        public bool IsDone => Assignment.Partitions.All(partition => partition.IsPositioned && partition.NextOffset == MessagesEach) && !Pipeline.IsBusy && Pipeline.DueIn is null;

        public int Fenced => _log.Count(LogIds.Fenced);

        public int Reread { get; private set; }

        public void Turn(Random random)
        {
            Pipeline.Turn();
            foreach (var partition in Assignment.Partitions)
            {
                if (partition.Unconfirmed is { } stored)
                {
                    partition.Confirmed(stored.Next, stored.Fingerprint);
                }
            }

            Assignment.Changed();
            if (!Pipeline.HasRoom)
            {
                Pipeline.WaitForDatabase(TimeSpan.FromMilliseconds(1));
                return;
            }

            foreach (var partition in Assignment.Partitions)
            {
                if (partition.NeedsSeek)
                {
                    partition.Positioned();
                    Reread++;
                }

                for (var left = random.Next(8); left > 0 && partition.IsPositioned && partition.NextOffset < MessagesEach && Pipeline.HasRoom; left--)
                {
                    var offset = partition.NextOffset;
                    Assert.Equal(Arrival.InOrder, partition.Judge(offset));
                    Pipeline.Add(partition, ReceivedMessage.Read(partition.Number, offset, null, _logs[partition.Number][offset]));
                }
            }

            Assignment.Changed();
        }

        public void GoBack(Random random)
        {
            if (Assignment.Partitions.FirstOrDefault(partition => partition.IsPositioned && partition.NextOffset > 0) is { } partition)
            {
                Pipeline.GoBack(partition, new StoredOffset(random.NextInt64(partition.NextOffset), null, IsNew: false));
            }
        }

        public void Remove(int number)
        {
            if (Assignment.Remove(number, out var partition))
            {
                Pipeline.Remove(partition);
            }
        }

        public async ValueTask DisposeAsync()
        {
            Pipeline.Drain(TimeSpan.FromSeconds(5));
            Pipeline.Dispose();
            await _application.DisposeAsync();
        }
    }
}
