using System.Globalization;
using Gateway.Keygen.Output;
using Spectre.Console;

namespace Gateway.Keygen.Events;

/// <summary>Requests one by one, as they come: a table would have to know the next one's widths.</summary>
internal sealed class EventLines(Surroundings surroundings)
{
    private readonly IAnsiConsole? _console = surroundings.IsOutputTerminal ? ConsoleOf(surroundings) : null;

    public Task WriteAsync(RequestEvent request)
    {
        if (_console is null)
        {
            return surroundings.Output.WriteLineAsync(
                string.Join('\t', EventColumns.ForPrograms.Select(column => Cell.ForPrograms(column.Value(request)))));
        }

        Write($"{EventColumns.Time(request, "HH:mm:ss.fff")}  ", Tone.Dim);
        Write(string.Create(CultureInfo.InvariantCulture, $"{request.Status}  "), EventColumns.ToneOf(request));
        Write($"{Cell.ForPeople(request.Method),-6} {Cell.ForPeople(request.Path)}  ", Tone.Plain);
        if (request.Outcome != "forwarded")
        {
            Write($"{Cell.ForPeople(request.Outcome)}  ", EventColumns.ToneOf(request));
        }

        var key = $"key {Cell.Abbreviate(request.ApiKeyId)}  organization {Cell.Abbreviate(request.OrganizationId)}";
        Write($"{EventColumns.Milliseconds(request)} ms  {Cell.ForPeople(request.Route)}  {key}\n", Tone.Dim);
        return Task.CompletedTask;
    }

    // Not wrapped: the terminal does that, and a line that is copied stays one.
    private static IAnsiConsole ConsoleOf(Surroundings surroundings)
    {
        var console = TerminalConsole.OfOutput(surroundings);
        console.Profile.Width = short.MaxValue;
        return console;
    }

    private void Write(string text, Tone tone) => _console!.Write(new Text(text, TerminalConsole.StyleOf(tone)));
}
