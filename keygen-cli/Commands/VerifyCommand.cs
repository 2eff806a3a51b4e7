using System.CommandLine;
using System.Text;
using Gateway.Contracts.ApiKeys;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Limits;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;
using Gateway.Keygen.Verification;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen verify</c>: whether a key that somebody has works, and if not, why.</summary>
internal static class VerifyCommand
{
    private const string StandardInput = "-";

    /// <summary>Far more than a key has; what is longer is none, and is not read to its end.</summary>
    private const int LongestLine = 256;

    public static Command Build(Surroundings surroundings)
    {
        var key = new Argument<string?>("KEY")
        {
            Description = "The key. Better not here, where everybody sees it who lists processes, and the shell's history keeps it: "
                + "without it, or as -, it is read from standard input; at a terminal it is not shown while it is typed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var offline = new Option<bool>("--offline") { Description = "Only look at the key itself: prefix, length, checksum. Needs no database." };
        var json = Options.Json();
        var command = new ExampleCommand(
            "verify",
            $"Tell whether a key works now, whose it is, what it may do and from where. Exit code {ExitCode.Failed}: it does not work, and standard error says why. "
                + "The key is never repeated, and nothing is recorded.",
            "keygen verify < key.txt",
            "pass show gateway/key | keygen verify --json",
            "keygen verify --offline < key.txt")
        {
            key, offline, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetValue(key), parsed.GetValue(offline), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Surroundings surroundings, string? argument, bool offline, bool json, CancellationToken cancellationToken)
    {
        var key = argument is null or StandardInput ? await ReadAsync(surroundings, cancellationToken) : argument.Trim();
        if (key.Length == 0)
        {
            throw new CommandException(ExitCode.Usage, "there is no key: its first line is read from standard input");
        }

        var report = await VerifyAsync(surroundings, key, offline, cancellationToken);
        await (json
            ? JsonLines.WriteObjectAsync(surroundings.Output, report, KeygenJson.Readable.VerificationReport)
            : VerificationOutput.WriteAsync(surroundings, report, cancellationToken));
        if (report.Works is not false)
        {
            return ExitCode.Succeeded;
        }

        await surroundings.Output.FlushAsync(cancellationToken);
        await surroundings.Error.WriteLineAsync($"keygen: the key does not work: {report.Reason}");
        return ExitCode.Failed;
    }

    private static async Task<VerificationReport> VerifyAsync(Surroundings surroundings, string key, bool offline, CancellationToken cancellationToken)
    {
        if (KeyForm.Refuse(key) is { } problem)
        {
            return VerificationReport.OfMalformed(problem);
        }

        if (offline)
        {
            return VerificationReport.OfWellFormed();
        }

        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        if (await new ApiKeyStore(connection).FindAsync(ApiKeyHash.Of(key), cancellationToken) is not { } found)
        {
            return VerificationReport.Of(null, null);
        }

        var organization = await new OrganizationStore(connection).GetAsync(found.OrganizationId, cancellationToken);
        var limits = await new LimitStore(connection).GetAsync(organization, cancellationToken);
        return VerificationReport.Of(found, limits with { Keys = [.. limits.Keys.Where(limit => limit.ApiKeyId == found.Id)] });
    }

    private static async Task<string> ReadAsync(Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (surroundings.CanAsk)
        {
            await surroundings.Error.WriteAsync("Key: ");
        }

        if (surroundings.ReadHiddenAsync is { } readHiddenAsync)
        {
            var typed = await readHiddenAsync(LongestLine, cancellationToken);
            await surroundings.Error.WriteLineAsync();
            return typed.Trim();
        }

        var line = new StringBuilder();
        var buffer = new char[LongestLine];
        while (line.Length < LongestLine)
        {
            var read = await surroundings.Input.ReadAsync(buffer, cancellationToken);
            var end = Array.IndexOf(buffer, '\n', 0, read);
            line.Append(buffer, 0, end < 0 ? read : end);
            if (read == 0 || end >= 0)
            {
                break;
            }
        }

        return line.ToString().Trim();
    }
}
