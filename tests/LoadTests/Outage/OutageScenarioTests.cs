using Gateway.LoadTests.Outage;

namespace Gateway.LoadTests.Tests.Outage;

public sealed class OutageScenarioTests
{
    [Fact]
    public void Arguments_that_are_given_replace_the_defaults()
    {
        var scenario = Read("--rate", "900", "--minutes", "5", "--journal-mebibytes", "4096");

        Assert.Equal(new OutageScenario(TimeSpan.FromMinutes(5), Rate: 900, JournalBytes: 4L << 30), scenario);
    }

    [Fact]
    public void No_arguments_are_an_hour_with_the_journal_that_gateways_have()
    {
        var scenario = Read();

        Assert.Equal(new OutageScenario(TimeSpan.FromHours(1), Rate: 500, JournalBytes: null), scenario);
    }

    private static OutageScenario Read(params string[] arguments)
    {
        var command = new OutageCommand();
        return command.Read(command.Parse(arguments));
    }
}
