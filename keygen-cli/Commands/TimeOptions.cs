using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Keygen.Arguments;

namespace Gateway.Keygen.Commands;

/// <summary>Times on the command line. Whatever is written, the moment at which it begins is meant: <c>--to 2027-02</c> ends with January.</summary>
internal static class TimeOptions
{
    public static Option<DateTimeOffset?> From(TimeProvider clock, string description) => Time(clock, "--from", $"{description}: {TimeExpression.Forms}.");

    public static Option<DateTimeOffset?> To(TimeProvider clock, string description) => Time(clock, "--to", $"{description}; written as --from.");

    /// <summary>A whole hour: of what counts from now, the hour that the period then contains.</summary>
    /// <param name="clock">What relative times count from.</param>
    /// <param name="name">Of the option.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="roundUp">Whether it is the end of a period.</param>
    public static Option<DateTimeOffset?> WholeHour(TimeProvider clock, string name, string description, bool roundUp) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (Read(result, name, clock) is not { } time)
            {
                return null;
            }

            var beyond = time.Start.UtcTicks % TimeSpan.TicksPerHour;
            if (beyond != 0 && !time.IsRelative)
            {
                result.AddError($"{name}: \"{Options.OnlyToken(result)}\" is not a whole hour (UTC); usage is kept by the hour and cannot be split further.");
                return null;
            }

            var hour = new DateTimeOffset(time.Start.UtcTicks - beyond, TimeSpan.Zero);
            return roundUp && beyond != 0 ? hour.AddHours(1) : hour;
        },
    };

    /// <summary>A day or a month.</summary>
    public static Option<TimeExpression?> Whole(TimeProvider clock, string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DAY|MONTH",
        CustomParser = result =>
        {
            var text = Options.OnlyToken(result);
            var whole = TimeExpression.TryReadWhole(text, clock.GetUtcNow());
            if (whole is null)
            {
                result.AddError($"{name}: \"{text}\" is not a whole day or month; allowed is {TimeExpression.WholeForms}.");
            }

            return whole;
        },
    };

    private static Option<DateTimeOffset?> Time(TimeProvider clock, string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result => Read(result, name, clock)?.Start,
    };

    private static TimeExpression? Read(ArgumentResult result, string name, TimeProvider clock)
    {
        var text = Options.OnlyToken(result);
        var time = TimeExpression.TryRead(text, clock.GetUtcNow());
        if (time is null)
        {
            result.AddError($"{name}: \"{text}\" is not a time; allowed is {TimeExpression.Forms}.");
        }

        return time;
    }
}
