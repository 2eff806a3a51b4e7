using System.CommandLine;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Usage;

namespace Gateway.Keygen.Commands;

/// <summary><c>--from</c> and <c>--to</c>, or <c>--period</c>: whole hours of usage.</summary>
internal sealed class UsagePeriodOptions(TimeProvider clock)
{
    /// <summary>
    /// Apart from <c>--from</c>, which always says where a period begins and nothing of its end: <c>--from 2027-01</c> is
    /// since January as <c>--from 2027-01-15</c> is since that day.
    /// </summary>
    public Option<TimeExpression?> Whole { get; } = TimeOptions.Whole(
        clock, "--period", $"A whole day or month in UTC, instead of --from and --to: {TimeExpression.WholeForms}.");

    public Option<DateTimeOffset?> From { get; } = TimeOptions.WholeHour(
        clock,
        "--from",
        $"The first hour, a whole one in UTC: {TimeExpression.Forms}. Default: the start of the calendar month that the period ends in.",
        roundUp: false);

    public Option<DateTimeOffset?> To { get; } = TimeOptions.WholeHour(
        clock,
        "--to",
        "The end, written as --from, a whole hour in UTC that is not included any more: --to 2027-02 ends with January. Default: the end of the current calendar month.",
        roundUp: true);

    /// <summary>The period that a command line asks for.</summary>
    /// <exception cref="CommandException">It would end before it has begun, or is said in two ways.</exception>
    public UsagePeriod Of(ParseResult parsed)
    {
        var (from, to) = (parsed.GetValue(From), parsed.GetValue(To));
        if (parsed.GetValue(Whole) is not { } whole)
        {
            return UsagePeriod.Of(from, to, clock.GetUtcNow())
                ?? throw new CommandException(
                    ExitCode.Usage, "the period ends before it has begun: --to must be later than --from; a whole day or month is --period");
        }

        return from is null && to is null
            ? new UsagePeriod(whole.Start, whole.End)
            : throw new CommandException(ExitCode.Usage, "--period contradicts --from and --to: it is both of them");
    }
}
