using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

public sealed class ApacheKafkaClusterTests(TestServers servers)
{
    private const int Rounds = 3;
    private const int Progress = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Cluster_of_three_of_which_one_is_killed_again_and_again_costs_no_event_and_stops_nobody()
    {
        await using var cluster = await ApacheKafkaCluster.StartAsync();
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var processor = await RunningProcessor.StartAsync(cluster.BootstrapServers, database);
        await Eventually.IsTrueAsync(() => processor.Log.Count(LogIds.PartitionsAssigned) > 0 ? Task.FromResult(true) : Task.FromResult(false), "an assignment", Patience);
        using var topic = new UsageTopic(cluster.BootstrapServers);
        await using var stream = new EventStream(topic);

        for (var round = 0; round < Rounds; round++)
        {
            await ProgressAsync(database);
            await cluster.KillBrokerAsync(round);
            await ProgressAsync(database);
            await cluster.StartBrokerAsync(round);
            await Eventually.IsTrueAsync(() => Task.FromResult(AllInSync(cluster)), "three replicas in sync", Patience);
        }

        var sent = await stream.EndAsync();
        await Eventually.EqualsAsync(sent, database.EventsAsync, Patience);
        Assert.Equal(0, await database.LedgerDifferencesAsync());
        Assert.Equal(0, processor.Log.Count(LogIds.MessagesLost));
        Assert.Equal(Enumerable.Range(1, sent).Sum(number => (decimal)number), await database.ScalarAsync<decimal>("SELECT sum(sequence) FROM usage_events"));
        TestContext.Current.SendDiagnosticMessage($"{sent} events through {Rounds} kills");
    }

    private static async Task ProgressAsync(UsageDatabase database)
    {
        var stored = await database.EventsAsync();
        await Eventually.BecomesAsync(database.EventsAsync, count => count >= stored + Progress, $"more than {stored} events", Patience);
    }

    private static bool AllInSync(ApacheKafkaCluster cluster)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.BootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
        try
        {
            return admin.GetMetadata(Topics.UsageEvents, TimeSpan.FromSeconds(5)).Topics.Single().Partitions
                .All(static partition => partition.InSyncReplicas.Length == 3);
        }
        catch (KafkaException)
        {
            return false;
        }
    }
}
