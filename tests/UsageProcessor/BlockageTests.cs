using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Storage;
using Gateway.UsageProcessor.Tests.Infrastructure;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gateway.UsageProcessor.Tests;

/// <summary>What no retry can heal is said clearly, and is over without a restart when somebody has mended it.</summary>
public sealed class BlockageTests(TestServers servers)
{
    [Theory]
    [InlineData("ALTER TABLE usage_ledger RENAME TO older_ledger", "ALTER TABLE older_ledger RENAME TO usage_ledger", "run the migrations")]
    [InlineData("ALTER TABLE usage_events RENAME COLUMN source TO older_source", "ALTER TABLE usage_events RENAME COLUMN older_source TO source", "run the migrations")]
    [InlineData("DELETE FROM usage_retention", "INSERT INTO usage_retention (kept_from) VALUES ('-infinity')", "the row of usage_retention is missing")]
    public async Task Refusal_that_needs_an_operator_is_said_once_makes_unready_and_ends_without_a_restart(string harm, string mend, string advice)
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);
        using var client = new HttpClient { BaseAddress = processor.Management };
        await topic.SendAsync(SampleEvents.Many(10));
        await Eventually.EqualsAsync(10, database.EventsAsync);

        await database.ExecuteAsync(harm);
        await database.EndSessionsAsync();
        await topic.SendAsync(SampleEvents.Many(20)[10..]);
        await processor.LoggedAsync(LogIds.StoringBlocked);
        var readiness = await client.GetStringOfAnyStatusAsync("/health/ready");
        Assert.Contains("blocked", readiness, StringComparison.Ordinal);
        Assert.Contains(advice, readiness, StringComparison.Ordinal);

        await database.ExecuteAsync(mend);
        await Eventually.EqualsAsync(20, database.EventsAsync);
        await processor.LoggedAsync(LogIds.StoringUnblocked);
        Assert.Contains("ready", await client.GetStringOfAnyStatusAsync("/health/ready"), StringComparison.Ordinal);
        Assert.Equal(1, processor.Log.Count(LogIds.StoringBlocked));
        Assert.Equal(0, await database.LedgerDifferencesAsync());
    }

    [Theory]
    [InlineData("42501", "grant it")]
    [InlineData("42P01", "run the migrations")]
    [InlineData("28P01", "does not let the user")]
    [InlineData("3D000", "does not exist")]
    [InlineData("25006", "primary")]
    [InlineData("53100", "disk is full")]
    [InlineData("53400", "raise what it names")]
    [InlineData("54001", "max_stack_depth")]
    [InlineData("0A000", "version")]
    [InlineData("P0001", "insists")]
    [InlineData("40P01", null)]
    [InlineData("57P01", null)]
    [InlineData("53300", null)]
    public void Advice_is_given_where_waiting_alone_helps_nothing(string state, string? advice)
    {
        var given = OperatorAdvice.Of(new PostgresException("refused", "ERROR", "ERROR", state));

        Assert.Equal(advice is null, given is null);
        Assert.Contains(advice ?? string.Empty, given ?? string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public void Blockage_is_said_again_every_minute_while_it_lasts()
    {
        var time = new ManualTime();
        using var log = new CapturedLog();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(log));
        var blockage = new Blockage(time, factory.CreateLogger<Blockage>());

        foreach (var seconds in (int[])[0, 30, 29, 1, 59, 1])
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            blockage.Goes("refused", "mend it");
        }

        Assert.Equal(3, log.Count(LogIds.StoringBlocked));
        Assert.Equal("refused: mend it", blockage.Problem);

        blockage.Ends();
        blockage.Ends();
        Assert.Null(blockage.Problem);
        Assert.Equal(1, log.Count(LogIds.StoringUnblocked));
    }
}
