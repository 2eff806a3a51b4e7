using System.CommandLine;
using Gateway.Keygen.Connections;
using Gateway.Keygen.DeadLetters;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen dead-letters list</c>: which messages could not be understood, and why.</summary>
internal static class DeadLettersListCommand
{
    private const long DefaultLimit = 100;

    // Scripts cut these columns out by number: new ones go to the end.
    private static readonly Column<DeadLetter>[] Columns =
    [
        new("ID", letter => letter.Id) { IsUnbroken = true },
        new("RECORDED (UTC)", letter => letter.RecordedAt) { IsUnbroken = true },
        new("REASON", letter => letter.Reason),
        new("SOURCE", letter => letter.Source),
        new("SEQUENCE", letter => letter.Sequence) { IsNumber = true },
        new("BYTES", letter => letter.Bytes) { IsNumber = true },
        new("REFUSED AGAIN", letter => letter.RefusedAgain) { IsNumber = true },
        new("REPLAYED (UTC)", letter => letter.ReplayedAt) { IsUnbroken = true },
    ];

    public static Command Build(Surroundings surroundings)
    {
        var from = TimeOptions.From(surroundings.Time, "Recorded then or later");
        var to = TimeOptions.To(surroundings.Time, "Recorded before");
        var reason = DeadLetterOptions.Reason();
        var all = new Option<bool>("--all") { Description = "Also those that were replayed and are stored." };
        var limit = Options.Units("--limit", $"Show the oldest so many. Default: {DefaultLimit}.");
        var json = Options.Json();
        var command = new ExampleCommand(
            "list",
            "List the messages that could not be stored as usage, the oldest first, without those that were replayed since. Reads the usage database.",
            "keygen dead-letters list --reason SQLSTATE",
            "keygen dead-letters list --from 2026-11-01 --json | jq -r '.[].id'")
        {
            from, to, reason, all, limit, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            new DeadLetterSelection(
                parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(reason), parsed.GetValue(all), parsed.GetValue(limit) ?? DefaultLimit),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Surroundings surroundings, DeadLetterSelection selection, bool json, CancellationToken cancellationToken)
    {
        await using var analytics = await DatabaseConnection.OpenAnalyticsAsync(surroundings, cancellationToken);

        var first = new FirstRows<DeadLetter>(selection.Limit!.Value);
        var letters = first.OfAsync(new DeadLetterStore(analytics).ListAsync(selection with { Limit = first.Asked }), cancellationToken);
        await (json
            ? JsonLines.WriteArrayAsync(surroundings.Output, letters, KeygenJson.Readable.DeadLetter, cancellationToken)
            : new TextTable<DeadLetter>(surroundings, Columns).WriteAsync(letters, total: null, cancellationToken));
        if (first.HasMore)
        {
            await surroundings.Error.WriteLineAsync($"There are more than {first.Wanted}: see --limit, --from, --to and --reason.");
        }

        return ExitCode.Succeeded;
    }
}
