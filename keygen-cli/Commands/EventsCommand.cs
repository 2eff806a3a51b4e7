using System.CommandLine;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Events;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen events</c>: the last requests of an organization.</summary>
internal static class EventsCommand
{
    private const int DefaultLimit = 50;
    private const int MaximumLimit = 1_000_000;

    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.Organization();
        var which = new EventOptions();
        var from = TimeOptions.From(surroundings.Time, "Arrived then or later");
        var to = TimeOptions.To(surroundings.Time, "Arrived before");
        var limit = LimitOption.Of(DefaultLimit, MaximumLimit, "How many, the newest of them");
        var json = Options.Json();
        var command = new ExampleCommand(
            "events",
            "List the last requests of an organization, the newest first, as far back as raw usage is kept. UNITS are what was billed. "
                + "Reads the usage database, where a request is a second or two after it was answered: keygen tail shows it before.",
            "keygen events --org-id \"Example Ltd\"",
            "keygen events --org-id \"Example Ltd\" --status 5xx --from 24h --limit 200",
            "keygen events --org-id \"Example Ltd\" --outcome rate-limited --json | jq -r '.[].path' | sort | uniq -c")
        {
            organization, which.KeyId, which.Status, which.Outcome, from, to, limit, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(organization)!,
            which.Of(parsed) with { From = parsed.GetValue(from), To = parsed.GetValue(to) },
            parsed.GetValue(limit) ?? DefaultLimit,
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings,
        OrganizationReference organizationReference,
        EventSelection selection,
        int limit,
        bool json,
        CancellationToken cancellationToken)
    {
        if (selection.From >= selection.To)
        {
            throw new CommandException(ExitCode.Usage, "the period ends before it has begun: --to must be later than --from");
        }

        await using var databases = await DatabasePair.OpenAsync(surroundings, cancellationToken);
        var organization = await new OrganizationStore(databases.Keys).GetAsync(organizationReference, cancellationToken);
        var first = new FirstRows<RequestEvent>(limit);
        var requests = first.OfAsync(
            new EventStore(databases.Analytics).ReadAsync(selection with { OrganizationId = organization.Id }, first.Asked), cancellationToken);
        await (json
            ? JsonLines.WriteArrayAsync(surroundings.Output, requests, KeygenJson.Readable.RequestEvent, cancellationToken)
            : new TextTable<RequestEvent>(surroundings, surroundings.IsOutputTerminal ? EventColumns.ForPeople : EventColumns.ForPrograms)
                .WriteAsync(requests, total: null, cancellationToken));
        if (first.HasMore)
        {
            await surroundings.Error.WriteLineAsync($"There are more than {first.Wanted}: see --limit, --from and --to.");
        }

        return ExitCode.Succeeded;
    }
}
