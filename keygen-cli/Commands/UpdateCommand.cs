using System.CommandLine;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Output;
using Gateway.Keygen.Propagation;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen update KEY-ID</c>: what is not named stays as it is; a list is replaced as a whole.</summary>
internal static class UpdateCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var keyId = Options.KeyId();
        var name = Options.Name("What the key is for.", required: false);
        var scopes = RestrictionOptions.Scopes("What the key may do, where a route asks for it; replaces all scopes that it has.");
        var noScopes = new Option<bool>("--no-scopes") { Description = "Take all scopes away." };
        var networks = RestrictionOptions.Networks("Networks that the key may be used from; replaces all networks that it has.");
        var anyNetwork = new Option<bool>("--any-network") { Description = "Let the key be used from everywhere." };
        var expires = Options.Expiry(surroundings.Time, whenAbsent: "To end a key at once: keygen disable or revoke.");
        var neverExpires = new Option<bool>("--never-expires") { Description = "Take the expiry away." };
        var change = new ChangeOptions();
        var wait = new PropagationWaitOptions();
        var command = new ExampleCommand(
            "update",
            "Change a key's name, scopes, networks or expiry. The key itself stays the same, and so does what is not named.",
            "keygen update 3f2c9a1e --name \"web shop\" --expires 90d",
            "keygen update 3f2c9a1e --scope reports:read --scope reports:list --any-network")
        {
            keyId, name, scopes, noScopes, networks, anyNetwork, expires, neverExpires, change.DryRun, wait.AtMost, wait.Json,
        };
        command.Validators.Add(result =>
        {
            (Option Set, Option? Clear)[] fields = [(name, null), (scopes, noScopes), (networks, anyNetwork), (expires, neverExpires)];
            var isNothing = true;
            foreach (var (set, clear) in fields)
            {
                var isCleared = clear is not null && result.GetResult(clear) is not null;
                if (isCleared && result.GetResult(set) is not null)
                {
                    result.AddError($"{set.Name} and {clear!.Name} contradict each other.");
                }

                isNothing &= !isCleared && result.GetResult(set) is null;
            }

            if (isNothing)
            {
                result.AddError("Nothing to change: name what is to be different.");
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(keyId)!,
            new ApiKeyChange
            {
                Name = parsed.GetValue(name),
                Scopes = parsed.GetValue(noScopes) ? [] : parsed.GetValue(scopes),
                Networks = parsed.GetValue(anyNetwork) ? [] : parsed.GetValue(networks),
                ExpiresAt = parsed.GetValue(expires),
                NeverExpires = parsed.GetValue(neverExpires),
            },
            change.Of(parsed),
            wait.Of(parsed),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, IdPrefix keyId, ApiKeyChange wanted, ChangeTerms terms, PropagationWait wait, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var store = new ApiKeyStore(connection);
        var key = await store.GetAsync(keyId, cancellationToken);

        await using var change = await Change.BeginAsync(surroundings, connection, terms, cancellationToken);
        var updated = await store.UpdateAsync(key.Id, wanted, cancellationToken)
            ?? throw new CommandException(ExitCode.Conflict, $"key {key.Id} \"{key.Name}\" is revoked, for ever; make a new one with keygen create");
        if (change.IsDryRun)
        {
            return await change.ShowAsync(wait.Json, cancellationToken);
        }

        var watch = await PropagationWatch.CommitAsync(surroundings, change, updated.Version, cancellationToken);

        if (!wait.Json)
        {
            await ApiKeyDetails.WriteAsync(surroundings, updated, cancellationToken);
        }

        return await wait.EndAsync(surroundings, watch, "updated", updated, KeygenJson.Readable.ApiKey, cancellationToken);
    }
}
