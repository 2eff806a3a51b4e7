using System.CommandLine;
using Gateway.Contracts.DeadLetters;
using Gateway.Keygen.Connections;
using Gateway.Keygen.DeadLetters;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen dead-letters show ID</c>: one message with its bytes, which anybody may have sent.</summary>
internal static class DeadLettersShowCommand
{
    private const int BytesShown = 16 * 1024;

    public static Command Build(Surroundings surroundings)
    {
        var id = DeadLetterOptions.Id();
        var raw = new Option<bool>("--raw") { Description = "Write the bytes of its value, all of them and nothing else." };
        var json = Options.Json();
        var command = new ExampleCommand(
            "show",
            $"Show a dead letter with the first {BytesShown} bytes of key and value; what is not visible text is escaped.",
            "keygen dead-letters show usage-events/3/4711",
            "keygen dead-letters show usage-events/3/4711 --raw | xxd")
        {
            id, raw, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(raw) && result.GetValue(json))
            {
                result.AddError("--raw and --json exclude each other.");
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetValue(id), parsed.GetValue(raw), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, DeadLetterId id, bool raw, bool json, CancellationToken cancellationToken)
    {
        await using var analytics = await DatabaseConnection.OpenAnalyticsAsync(surroundings, cancellationToken);
        var letter = (await new DeadLetterStore(analytics).GetAsync([id], cancellationToken)).Single();
        if (raw)
        {
            await surroundings.OutputBytes.WriteAsync(letter.Value, cancellationToken);
            await surroundings.OutputBytes.FlushAsync(cancellationToken);
        }
        else if (json)
        {
            await JsonLines.WriteObjectAsync(surroundings.Output, letter, KeygenJson.Readable.DeadLetterContent);
        }
        else
        {
            await DetailTable.WriteAsync(surroundings, Details(letter), cancellationToken);
        }

        return ExitCode.Succeeded;
    }

    private static IEnumerable<(string Name, object? Value)> Details(DeadLetterContent letter) =>
    [
        ("id", letter.Id),
        ("recorded", letter.RecordedAt),
        ("reason", letter.Reason),
        ("source", letter.Source),
        ("sequence", letter.Sequence),
        ("replayed", letter.ReplayedAt),
        ("refused again", letter.RefusedAgain),
        ("last refused again", letter.RefusedAgainAt),
        ("key", Shown(letter.Key)),
        ("value", Shown(letter.Value)),
    ];

    private static string? Shown(byte[]? bytes) => bytes switch
    {
        null => null,
        { Length: > BytesShown } => $"{SafeText.Of(bytes.AsSpan(0, BytesShown))}… ({bytes.Length} bytes; --raw writes them all)",
        _ => SafeText.Of(bytes),
    };
}
