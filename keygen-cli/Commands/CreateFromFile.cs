using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Contracts.ApiKeys;
using Gateway.Contracts.Usage;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Gateway.Keygen.KeyFiles;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;
using Npgsql;

namespace Gateway.Keygen.Commands;

/// <summary>
/// <c>keygen create --from FILE</c>: all keys of a file, or none. Every line is checked first. Then all keys are printed, then
/// they are made in one transaction: a key that nobody could be told of is never made, and however slowly somebody reads,
/// no other change has to wait for it. Keys that were printed and then not made are said to be so.
/// </summary>
/// <param name="surroundings">Where to print.</param>
/// <param name="terms">Who makes them.</param>
/// <param name="json">As JSON instead of CSV.</param>
internal sealed class CreateFromFile(Surroundings surroundings, ChangeTerms terms, bool json)
{
    private const int ProblemsShown = 20;
    private const int LongestProblem = 300;

    public static Option<string?> Option() => new("--from")
    {
        Description = $"Make a key for each line of this CSV file, {KeyFile.StandardInput} for standard input: all of them, or none. The first line names the columns: "
            + $"{string.Join(", ", KeyRowReader.Columns)}; only name is needed, with org where --org-id is not given. Several scopes or networks of a key are separated by spaces. "
            + $"At most {KeyFile.MaximumKeys} keys. Prints key,id,name,organizationId as CSV; if the exit code is not 0, none of the keys that were printed works.",
        HelpName = "FILE",
    };

    /// <summary>Refuses what contradicts a file, or is missing without one.</summary>
    public static void Validate(CommandResult result, Option from, IEnumerable<Option> neededWithout, IEnumerable<Option> refusedWith)
    {
        if (result.GetResult(from) is null)
        {
            foreach (var option in neededWithout.Where(option => result.GetResult(option) is null))
            {
                result.AddError($"Option '{option.Name}' is required.");
            }

            return;
        }

        foreach (var option in refusedWith.Where(option => result.GetResult(option) is not null))
        {
            result.AddError($"{option.Name} and --from contradict each other: the file says it for each key.");
        }
    }

    public async Task<int> RunAsync(string path, OrganizationReference? organization, CancellationToken cancellationToken)
    {
        var file = await KeyFile.ReadAsync(surroundings, path, hasOrganization: organization is not null, cancellationToken);
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var organizations = await ResolveAsync(new OrganizationStore(connection), file, organization, cancellationToken);
        if (file.Problems.Count > 0)
        {
            throw Refusal(path, file.Problems);
        }

        var keys = file.Rows.Select(row => NewKey(row, organizations[row.Organization?.Text ?? organization!.Text])).ToList();
        if (!terms.IsDryRun)
        {
            await PrintAsync(keys, cancellationToken);
            await MakeAsync(connection, keys, cancellationToken);
            await surroundings.Error.WriteLineAsync(
                $"{Counted.Text(keys.Count, "key")} made. What was printed is shown only this once: keep it now, only hashes are stored.");
            return ExitCode.Succeeded;
        }

        await using var change = await Change.BeginAsync(surroundings, connection, terms, cancellationToken);
        await StoreAsync(connection, keys, cancellationToken);
        return await change.ShowAsync(json, cancellationToken);
    }

    private static async Task<Dictionary<string, Guid>> ResolveAsync(
        OrganizationStore store, KeyFile file, OrganizationReference? named, CancellationToken cancellationToken)
    {
        var organizations = new Dictionary<string, Guid>(StringComparer.Ordinal);
        if (named is not null)
        {
            organizations.Add(named.Text, (await store.GetAsync(named, cancellationToken)).Id);
        }

        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in file.Rows)
        {
            if (row.Organization is not { } reference || organizations.ContainsKey(reference.Text))
            {
                continue;
            }

            if (!problems.TryGetValue(reference.Text, out var problem))
            {
                try
                {
                    organizations.Add(reference.Text, (await store.GetAsync(reference, cancellationToken)).Id);
                    continue;
                }
                catch (CommandException exception)
                {
                    // Of candidates, only that there are some: this is one line of many.
                    problem = exception.Message.Split(Environment.NewLine)[0].TrimEnd(':');
                    problems.Add(reference.Text, problem);
                }
            }

            file.Problems.Add(new LineProblem(row.Line, problem));
        }

        return organizations;
    }

    private static CommandException Refusal(string path, IList<LineProblem> problems)
    {
        var lines = problems.OrderBy(static problem => problem.Line).Take(ProblemsShown)
            .Select(static problem => $"  line {problem.Line}: {Shown(problem.Problem)}");
        var more = problems.Count > ProblemsShown ? $"{Environment.NewLine}  and {problems.Count - ProblemsShown} more" : string.Empty;
        return new CommandException(
            ExitCode.Usage,
            $"{path}: {Counted.Text(problems.Count, "line")} cannot be used, so nothing was made:{Environment.NewLine}{string.Join(Environment.NewLine, lines)}{more}");

        // Whoever wrote the file may have put anything into it.
        static string Shown(string text) => Cell.ForPeople(text.Length > LongestProblem ? $"{text[..LongestProblem]}…" : text);
    }

    private static NewKeyLine NewKey(KeyRow row, Guid organizationId) => new()
    {
        Key = ApiKeyFormat.Generate(row.Environment),
        Id = Guid.NewGuid(),
        OrganizationId = organizationId,
        Name = row.Name,
        Environment = row.Environment == ApiKeyEnvironment.Test ? EnvironmentName.Test : EnvironmentName.Live,
        ExpiresAt = row.ExpiresAt is { } time ? UsageEventJson.CutToMicroseconds(time).UtcDateTime : null,
        Scopes = row.Scopes,
        Networks = row.Networks,
    };

    private async Task PrintAsync(List<NewKeyLine> keys, CancellationToken cancellationToken)
    {
        try
        {
            await NewKeysOutput.WriteAsync(surroundings, keys, json, cancellationToken);
        }
        catch (IOException exception)
        {
            throw new CommandException(ExitCode.Failed, $"the keys could not be printed, so nothing was made: {exception.Message}");
        }
    }

    private async Task MakeAsync(NpgsqlConnection connection, List<NewKeyLine> keys, CancellationToken cancellationToken)
    {
        var isCommitting = false;
        try
        {
            await using var change = await Change.BeginAsync(surroundings, connection, terms, cancellationToken);
            await StoreAsync(connection, keys, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            isCommitting = true;
            await change.CommitAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException)
        {
            var reason = exception is NpgsqlException failure ? DatabaseFailure.Describe(failure) : "interrupted";
            throw new CommandException(
                ExitCode.Failed,
                isCommitting ? $"whether the keys that were printed work is not known, see keygen list: {reason}" : $"nothing was made, and the keys that were printed do not work: {reason}");
        }
    }

    private Task StoreAsync(NpgsqlConnection connection, List<NewKeyLine> keys, CancellationToken cancellationToken) => ProgressBar.RunAsync(
        surroundings, "Making keys", keys.Count, progress => new ApiKeyStore(connection).CreateAllAsync(keys, progress, cancellationToken));
}
