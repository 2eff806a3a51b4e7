using System.CommandLine;
using Gateway.Keygen.Usage;

namespace Gateway.Keygen.Commands;

/// <summary><c>--from</c> and <c>--to</c>: whole hours of usage.</summary>
internal sealed class UsagePeriodOptions
{
    public Option<DateTimeOffset?> From { get; } = Options.WholeHour(
        "--from", "The first hour, a whole one in UTC. Default: the start of the calendar month that the period ends in.");

    public Option<DateTimeOffset?> To { get; } = Options.WholeHour(
        "--to", "The end, a whole hour in UTC that is not included any more. Default: the end of the current calendar month.");

    /// <summary>The period that a command line asks for.</summary>
    /// <exception cref="CommandException">It would end before it has begun.</exception>
    public UsagePeriod Of(ParseResult parsed, DateTimeOffset now) =>
        UsagePeriod.Of(parsed.GetValue(From), parsed.GetValue(To), now)
        ?? throw new CommandException(ExitCode.Usage, "the period ends before it has begun: --to must be later than --from");
}
