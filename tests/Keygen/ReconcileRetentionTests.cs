using Gateway.Contracts.Usage;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>What retention has dropped is not taken for a loss.</summary>
public sealed class ReconcileRetentionTests(TestServers servers) : ReconcileTest(servers)
{
    [Fact]
    public async Task Hours_whose_raw_rows_retention_has_dropped_are_not_compared_and_it_says_so()
    {
        await StoreAsync("gateway/a", 1, 10, time: "2020-02-01T10:00Z");
        await StoreAsync("gateway/a", 11, 12, time: "2020-02-02T10:00Z");
        await StoreAsync("gateway/b", 1, 10, time: "2020-02-01T10:00Z");
        await StoreAsync("gateway/b", 12, 20, time: "2020-02-01T10:00Z");
        await ExecuteAsync("UPDATE usage_retention SET kept_from = '2020-02-02T10:00Z'; DELETE FROM usage_events WHERE occurred_at < '2020-02-02Z' AND sequence > 2");

        var result = await RunAsync("reconcile", "--from", "2020-02-01", "--to", "2020-03-01");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            [
                "source\tgateway/a\tunannounced\t12\t12\t0\t0\t0\t0\t0\t\t0",
                "source\tgateway/b\tunannounced\t20\t19\t0\t0\t0\t1\t0\tunknown\t0",
                $"organization\t{Organization}\t2\t2\t2\t4\t4\t4\t0\t0\t0\t\t0",
                "1 unexplained: 1 missing, 0 doubled, 0 totals that differ",
            ],
            result.OutputLines);
        Assert.Contains("Raw rows before 2020-02-02T10:00:00Z are not kept", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_letter_from_before_the_rows_that_are_kept_makes_no_hole_up_to_them()
    {
        await StoreAsync("gateway/a", 1, 10, time: "2020-02-01T10:00Z");
        await StoreAsync("gateway/a", 11, 11, time: "2020-02-02T10:00Z");
        await StoreAsync("gateway/a", 13, 13, time: "2020-02-02T10:00Z");
        await RefuseAsync("gateway/a", 3);

        // Retention is at it: some rows are still there.
        await ExecuteAsync("UPDATE usage_retention SET kept_from = '2020-02-02Z'; DELETE FROM usage_events WHERE sequence < 8");

        var result = await RunAsync("reconcile", "--from", "2020-02-01", "--to", "2020-03-01");

        Assert.Equal("source\tgateway/a\tunannounced\t13\t12\t0\t1\t0\t1\t0\t12\t0", result.OutputLines[0]);
    }

    [Fact]
    public async Task Copy_that_comes_too_late_to_be_known_as_one_explains_no_loss()
    {
        await StoreAsync("gateway/a", 1, 4, time: "2020-02-01T10:00Z");
        await StoreAsync("gateway/a", 6, 10, time: "2020-02-01T10:00Z");
        await StoreAsync("gateway/a", 11, 11, time: "2020-02-02T10:00Z");
        await ExecuteAsync("UPDATE usage_retention SET kept_from = '2020-02-02Z'; DELETE FROM usage_events WHERE sequence < 11");
        await RefuseAsync("gateway/a", 3, reason: DeadLetterReasons.TooOld + "2020-02-02T00:00:00Z");

        var result = await RunAsync("reconcile", "--from", "2020-02-01", "--to", "2020-03-01");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("source\tgateway/a\tunannounced\t11\t10\t0\t1\t0\t1\t0\tunknown\t0", result.OutputLines[0]);
    }
}
