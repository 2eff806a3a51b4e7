using System.CommandLine;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Limits;
using Gateway.Keygen.Output;
using Gateway.Keygen.Propagation;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen rotate KEY-ID</c>: a new key takes the place of an old one, both at the same moment or neither; the old one may have a grace.</summary>
internal static class RotateCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var keyId = Options.KeyId();
        var grace = DurationOptions.Grace();
        var yes = Options.Yes();
        var change = new ChangeOptions();
        var wait = DurationOptions.Wait();
        var json = Options.Json();
        var command = new ExampleCommand(
            "rotate",
            "Revoke a key, at once or after a grace, and print its successor: with the same organization, name, environment, expiry, scopes and networks.",
            "KEY=$(keygen rotate 3f2c9a1e --yes)",
            "KEY=$(keygen rotate 3f2c9a1e --grace 24h --yes)")
        {
            keyId, grace, yes, change.DryRun, wait, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(keyId)!,
            parsed.GetValue(grace),
            parsed.GetValue(yes),
            change.Of(parsed),
            parsed.GetValue(grace) is null ? parsed.GetValue(wait) ?? DurationOptions.DefaultWait : TimeSpan.Zero,
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, IdPrefix keyId, TimeSpan? grace, bool yes, ChangeTerms terms, TimeSpan wait, bool json, CancellationToken cancellationToken)
    {
        yes |= terms.IsDryRun;
        Confirmation.RequireTerminalOr(yes, surroundings);
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var store = new ApiKeyStore(connection);
        var old = await store.GetAsync(keyId, cancellationToken);
        RequireRotatable(old);
        await Confirmation.AskUnlessAsync(
            yes,
            surroundings,
            $"Replace key {old.Prefix}… \"{old.Name}\" of {old.OrganizationName}? It stops working {(grace is { } time ? $"in {Elapsed.Text((long)time.TotalSeconds)}" : "at once")}, for ever.",
            cancellationToken);

        await using var change = await Change.BeginAsync(surroundings, connection, terms, cancellationToken);
        if (await EndAsync() is not { } ended)
        {
            old = await store.GetAsync(keyId, cancellationToken);
            RequireRotatable(old);
            throw NotRotatable(old);
        }

        var successor = NewApiKey.InPlaceOf(old);
        var details = await store.CreateAsync(old.OrganizationId, successor, cancellationToken);
        await new LimitStore(connection).CopyAsync(old.Id, details.Id, cancellationToken);
        if (change.IsDryRun)
        {
            return await change.ShowAsync(json, cancellationToken);
        }

        var isOpen = json && wait > TimeSpan.Zero;
        await (isOpen
            ? NewKeyOutput.WriteKeyOfOpenObjectAsync(surroundings, successor.Key, details)
            : NewKeyOutput.WriteKeyAsync(surroundings, successor.Key, details, json));
        var watch = await PropagationWatch.CommitAsync(surroundings, change, ended.Version, cancellationToken);

        await surroundings.Error.WriteLineAsync(
            $"Key {old.Id} {(grace is null ? "is revoked" : $"works until {Cell.Time(ended.ExpiresAt!.Value)}")}; its successor:");
        await NewKeyOutput.WriteHintsAsync(surroundings, details);
        var report = await watch.WaitAsync(wait, cancellationToken);
        var exitCode = await PropagationOutput.WriteAsync(surroundings, "revoked", report);
        if (isOpen)
        {
            await NewKeyOutput.WriteLastFieldAsync(surroundings, "gateways", PropagationOutput.ToJson(report));
        }

        return exitCode;

        Task<ApiKey?> EndAsync() => grace is { } time
            ? store.EndAfterAsync(old.Id, time, cancellationToken)
            : store.RevokeAsync(old.Id, cancellationToken);
    }

    private static void RequireRotatable(ApiKey key)
    {
        if (!key.IsUsable)
        {
            throw NotRotatable(key);
        }

        if (key.RotatedTo is { } successor)
        {
            throw new CommandException(
                ExitCode.Conflict, $"key {key.Id} \"{key.Name}\" has been rotated already; rotate its successor {successor}");
        }
    }

    private static CommandException NotRotatable(ApiKey key) => new(
        ExitCode.Conflict,
        $"key {key.Id} \"{key.Name}\" is {key.Status} and cannot be rotated; "
            + (key.Status == "disabled" ? "enable it first with keygen enable" : "make a new one with keygen create"));
}
