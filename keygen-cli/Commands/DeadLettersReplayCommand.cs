using System.CommandLine;
using Gateway.Contracts.DeadLetters;
using Gateway.Keygen.Connections;
using Gateway.Keygen.DeadLetters;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen dead-letters replay</c>: sends messages again, once what refused them is mended.</summary>
internal static class DeadLettersReplayCommand
{
    /// <summary>Letters in memory at once; each may be as large as Kafka takes.</summary>
    private const int Portion = 50;

    public static Command Build(Surroundings surroundings)
    {
        var ids = DeadLetterOptions.Ids();
        var all = new Option<bool>("--all") { Description = "All that were not replayed yet." };
        var reason = DeadLetterOptions.Reason();
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say which would be sent." };
        var yes = Options.Yes();
        var json = Options.Json();
        var command = new ExampleCommand(
            "replay",
            "Send dead letters again to the topic that they came from, byte for byte. The usage-processor marks those that it stores as replayed; "
                + "the others stay, with their newest reason. Sending one twice is harmless: its usage counts once. Reads KAFKA_BOOTSTRAP_SERVERS.",
            "keygen dead-letters replay usage-events/3/4711",
            "keygen dead-letters replay --reason \"SQLSTATE 23514\" --dry-run",
            "keygen dead-letters replay --all --yes")
        {
            ids, all, reason, dryRun, yes, json,
        };
        command.Validators.Add(result =>
        {
            // Not their values: those that cannot be read have none.
            var ways = (result.GetResult(ids)?.Tokens.Count > 0 ? 1 : 0) + (result.GetValue(all) ? 1 : 0) + (result.GetResult(reason) is null ? 0 : 1);
            if (ways != 1)
            {
                result.AddError("Say which: either IDs, or --all, or --reason TEXT.");
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetValue(ids) ?? [],
            new DeadLetterSelection(null, null, parsed.GetValue(reason), IncludeReplayed: false, Limit: null),
            parsed.GetValue(dryRun),
            parsed.GetValue(yes),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings,
        DeadLetterId[] named,
        DeadLetterSelection selection,
        bool dryRun,
        bool yes,
        bool json,
        CancellationToken cancellationToken)
    {
        Confirmation.RequireTerminalOr(yes || dryRun, surroundings);
        await using var analytics = await DatabaseConnection.OpenAnalyticsAsync(surroundings, cancellationToken);
        var store = new DeadLetterStore(analytics);
        if (named.Length > 0)
        {
            await store.CheckAsync(named, cancellationToken);
        }

        var letters = named.Length > 0 ? named : await store.SelectAsync(selection, cancellationToken);

        if (dryRun || letters.Count == 0)
        {
            await surroundings.Error.WriteLineAsync(letters.Count == 0 ? "There is nothing to replay." : $"{letters.Count} would be sent again.");
            await WriteAsync(surroundings, new ReplayReport(letters.Count, 0, dryRun, [.. letters.Select(static id => id.ToString())]), json);
            return ExitCode.Succeeded;
        }

        using var sender = DeadLetterSender.Open(surroundings);
        await sender.CheckAsync(letters.Select(static id => id.Topic).Distinct(StringComparer.Ordinal), cancellationToken);
        await Confirmation.AskUnlessAsync(yes, surroundings, $"Send {letters.Count} dead letters again?", cancellationToken);
        return await SendAsync(surroundings, store, sender, letters, json, cancellationToken);
    }

    private static async Task<int> SendAsync(
        Surroundings surroundings,
        DeadLetterStore store,
        DeadLetterSender sender,
        IReadOnlyList<DeadLetterId> letters,
        bool json,
        CancellationToken cancellationToken)
    {
        var sent = new List<string>(letters.Count);
        var failures = new List<LetterFailure>();
        await ProgressBar.RunAsync(surroundings, "Sending", letters.Count, SendAllAsync);
        foreach (var failure in failures)
        {
            await surroundings.Error.WriteLineAsync($"{failure.Id} was not taken by Kafka: {failure.Reason}");
        }

        await surroundings.Error.WriteLineAsync(
            $"{sent.Count} of {letters.Count} were sent again and acknowledged by Kafka. keygen dead-letters list shows those that are not stored by now.");
        await WriteAsync(surroundings, new ReplayReport(letters.Count, sent.Count, false, sent), json);
        return sent.Count == letters.Count ? ExitCode.Succeeded : ExitCode.Failed;

        async Task SendAllAsync(Action<long> progress)
        {
            foreach (var portion in letters.Chunk(Portion))
            {
                // Interrupted between two portions: what was sent is acknowledged and said, the rest was not begun.
                if (cancellationToken.IsCancellationRequested || failures.Exists(static failure => !failure.IsOwn))
                {
                    break;
                }

                var refused = await sender.SendAsync(await store.GetAsync(portion, CancellationToken.None));
                failures.AddRange(refused);
                sent.AddRange(portion.Except(refused.Select(static failure => failure.Id)).Select(static id => id.ToString()));
                progress(sent.Count + failures.Count);
            }
        }
    }

    private static async Task WriteAsync(Surroundings surroundings, ReplayReport report, bool json)
    {
        if (json)
        {
            await JsonLines.WriteObjectAsync(surroundings.Output, report, KeygenJson.Readable.ReplayReport);
            return;
        }

        foreach (var letter in report.Letters)
        {
            await surroundings.Output.WriteLineAsync(letter);
        }
    }
}
