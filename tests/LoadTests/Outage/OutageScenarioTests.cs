using Gateway.LoadTests.Outage;

namespace Gateway.LoadTests.Tests.Outage;

public sealed class OutageScenarioTests
{
    [Fact]
    public void Arguments_that_are_given_replace_the_defaults()
    {
        Assert.Null(OutageScenario.TryParse(["--rate", "900", "--minutes", "5", "--journal-mebibytes", "4096"], out var scenario));

        Assert.Equal(new OutageScenario(TimeSpan.FromMinutes(5), Rate: 900, JournalBytes: 4L << 30), scenario);
    }

    [Fact]
    public void No_arguments_are_an_hour_with_the_journal_that_gateways_have()
    {
        Assert.Null(OutageScenario.TryParse([], out var scenario));

        Assert.Equal(new OutageScenario(TimeSpan.FromHours(1), Rate: 500, JournalBytes: null), scenario);
    }

    [Theory]
    [InlineData("--minutes", "0")]
    [InlineData("--minutes", "1441")]
    [InlineData("--rate", "fast")]
    [InlineData("--rate", null)]
    [InlineData("--journal-mebibytes", "63")]
    [InlineData("--hours", "3")]
    [InlineData("now", null)]
    public void Arguments_that_make_no_sense_are_named_in_one_line(string option, string? value)
    {
        string[] arguments = value is null ? [option] : [option, value];

        var problem = OutageScenario.TryParse(arguments, out _);

        Assert.NotNull(problem);
        Assert.Contains(option, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }
}
