using System.CommandLine;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Events;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen tail</c>: requests while they go through.</summary>
internal static class TailCommand
{
    private const int MaximumLimit = 1_000_000_000;

    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.Organization(required: false);
        var which = new EventOptions();
        var limit = new Option<int?>("--limit", "-n")
        {
            Description = "End after so many. Default: go on until Ctrl+C, which is exit code 0 here: there is no other end.",
            HelpName = "N",
            CustomParser = result => LimitOption.Read(result, MaximumLimit),
        };
        var json = new Option<bool>("--json") { Description = "Print a JSON object in each line." };
        var command = new ExampleCommand(
            "tail",
            "Show requests as they go through, of all organizations or of one, from now on. Reads KAFKA_BOOTSTRAP_SERVERS, where a request is about half a second "
                + "after it was answered, whether or not the usage-processor and the databases are up; DATABASE_URL only to find the organization.",
            "keygen tail",
            "keygen tail --org-id \"Example Ltd\" --status 5xx",
            "keygen tail --json | jq -r 'select(.durationUs > 1000000) | .path'")
        {
            organization, which.KeyId, which.Status, which.Outcome, limit, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetValue(organization), which.Of(parsed), parsed.GetValue(limit), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings,
        OrganizationReference? organizationReference,
        EventSelection selection,
        int? limit,
        bool json,
        CancellationToken cancellationToken)
    {
        if (organizationReference is not null)
        {
            await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
            var organization = await new OrganizationStore(connection).GetAsync(organizationReference, cancellationToken);
            selection = selection with { OrganizationId = organization.Id };
        }

        var servers = KafkaServers.Of(surroundings);
        using var tail = await Task.Run(() => EventTail.Open(servers, surroundings.Error.WriteLine), cancellationToken);
        await surroundings.Error.WriteLineAsync("Waiting for requests; Ctrl+C ends.");
        try
        {
            await FollowAsync(surroundings, tail, selection, limit ?? int.MaxValue, json, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The only end that there is.
        }

        return ExitCode.Succeeded;
    }

    private static async Task FollowAsync(
        Surroundings surroundings, EventTail tail, EventSelection selection, int left, bool json, CancellationToken cancellationToken)
    {
        var lines = new EventLines(surroundings);
        while (true)
        {
            foreach (var usageEvent in await Task.Run(() => tail.Next(cancellationToken), cancellationToken))
            {
                if (!selection.Takes(usageEvent))
                {
                    continue;
                }

                var request = RequestEvent.Of(usageEvent);
                await (json
                    ? JsonLines.WriteObjectAsync(surroundings.Output, request, KeygenJson.Readable.RequestEvent)
                    : lines.WriteAsync(request));
                if (--left == 0)
                {
                    return;
                }
            }

            // At once: somebody looks on, or a program waits for the line.
            await surroundings.Output.FlushAsync(cancellationToken);

            // Nothing, only to notice a reader that is gone while no requests come.
            await surroundings.OutputBytes.WriteAsync(ReadOnlyMemory<byte>.Empty, cancellationToken);
        }
    }
}
