using Gateway.EndToEnd.Tests.Fixtures;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Chaos;

/// <summary>The tool behind <c>./dev chaos</c>, as a process.</summary>
[Collection(DisturbingTests.Name)]
public sealed class CampaignTests
{
    // With a kill of a gateway, of a usage-processor, of PostgreSQL, and more, with the broker of librdkafka and with Kafka.
    private const string Seed = "3";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(120);
    private static readonly Dictionary<string, string?> NoKafka = new() { [ApacheKafka.HomeVariable] = null };

    [Fact]
    public async Task Answered_requests_are_stored_once_through_a_short_campaign_of_faults()
    {
        var result = await Programs.RunAsync(
            "chaos",
            ["--seed", Seed, "--minutes", "0.7", "--faults-per-minute", "15", "--requests-per-second", "40"],
            new Dictionary<string, string?>());

        Assert.True(result.ExitCode == 0, $"{result.Output}\n{result.Errors}");
        Assert.Contains("answered requests are stored once, through 10 faults", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seed is \"abc\"", "--seed", "abc")]
    [InlineData("--minutes is \"0\"", "--minutes", "0")]
    [InlineData("--minutes is missing its number", "--minutes")]
    [InlineData("--without: \"Rain\" is no kind of fault", "--without", "Rain")]
    [InlineData("--brokers is \"2\": allowed is 1 or 3", "--brokers", "2")]
    [InlineData("--brokers is missing its number", "--brokers")]
    [InlineData("--brokers 3 needs an unpacked Apache Kafka: KAFKA_HOME", "--brokers", "3")]
    [InlineData("--when-journal-is-full is \"burst\": allowed is refuse or go-on", "--when-journal-is-full", "burst")]
    [InlineData("--when-journal-is-full is missing its word", "--when-journal-is-full")]
    [InlineData("--lose-journal and --when-journal-is-full go-on exclude each other", "--lose-journal", "--when-journal-is-full", "go-on")]
    [InlineData("unknown option \"--bogus\"", "--bogus", "1")]
    public async Task Wrong_argument_is_one_line_that_names_it(string message, params string[] arguments)
    {
        var result = await Programs.RunAsync("chaos", arguments, NoKafka);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith(message, Assert.Single(result.Errors.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_campaign_leaves_nothing_running_and_no_folder()
    {
        using var directory = new TemporaryDirectory();
        using var logs = new TemporaryDirectory();
        var log = logs.Combine("chaos.log");
        await using var campaign = await Programs.StartAsync("chaos", log, new Dictionary<string, string?>(NoKafka) { ["TMPDIR"] = directory.Path }, "--minutes", "5", "--seed", "1");
        await Eventually.IsTrueAsync(
            () => Task.FromResult(campaign.HasExited || campaign.Tail().Contains("fault 1 begins", StringComparison.Ordinal)), "something is broken", StartDeadline);
        var children = ChildProcesses.Of(campaign.Id);
        Assert.NotEmpty(children);

        campaign.Send(Signal.Interrupt);

        await campaign.WaitForExitAsync(CancellationToken.None).WaitAsync(StartDeadline);
        Assert.Equal(130, campaign.ExitCode);
        Assert.DoesNotContain(children, child => Directory.Exists($"/proc/{child}"));
        Assert.Empty(Directory.GetDirectories(directory.Path));
    }
}
