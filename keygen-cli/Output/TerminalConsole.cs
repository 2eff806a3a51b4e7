using Spectre.Console;

namespace Gateway.Keygen.Output;

/// <summary>Spectre.Console, as our terminals have it: it finds out nothing by itself.</summary>
internal static class TerminalConsole
{
    /// <summary>For data: in color or not, and nothing of it is ever taken back.</summary>
    public static IAnsiConsole OfOutput(Surroundings surroundings) =>
        Create(surroundings.Output, surroundings.HasColors, surroundings.HasColors, InteractionSupport.No);

    /// <summary>For what is seen while something goes on, and then wiped off: where the terminal can do that, even without colors.</summary>
    public static IAnsiConsole OfError(Surroundings surroundings)
    {
        var canMove = surroundings.Variable("TERM") is not "dumb";
        var console = Create(
            surroundings.Error,
            canMove,
            canMove && string.IsNullOrEmpty(surroundings.Variable("NO_COLOR")),
            canMove ? InteractionSupport.Yes : InteractionSupport.No);
        console.Profile.Width = surroundings.Width > 0 ? surroundings.Width : Surroundings.DefaultWidth;
        return console;
    }

    public static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Good => new Style(Color.Green),
        Tone.Warning => new Style(Color.Olive),
        Tone.Bad => new Style(Color.Maroon, decoration: Decoration.Bold),
        Tone.Accent => new Style(Color.Teal),
        Tone.Dim => new Style(decoration: Decoration.Dim),
        _ => Style.Plain,
    };

    private static IAnsiConsole Create(TextWriter output, bool hasAnsi, bool hasColors, InteractionSupport interactive)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = hasAnsi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = hasColors ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = interactive,
            Out = new AnsiConsoleOutput(output),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
