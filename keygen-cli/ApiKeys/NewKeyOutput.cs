using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Keygen.Commands;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.ApiKeys;

/// <summary>Hands a new key over, the only time that it is seen.</summary>
internal static class NewKeyOutput
{
    /// <summary>
    /// Prints the key alone, or as the field <c>key</c> of an object. Comes before the commit: a key that could not be
    /// handed over must not come to be, least of all in the place of one that works.
    /// </summary>
    /// <exception cref="CommandException">Nobody reads it.</exception>
    public static Task WriteKeyAsync(Surroundings surroundings, string key, ApiKey details, bool json) =>
        WriteAsync(surroundings, (json ? ToJson(key, details).ToJsonString(KeygenJson.Readable.Options) : key) + '\n');

    /// <summary>
    /// The same where more is to be said after the commit: the JSON object is left open for one more field, which
    /// <see cref="WriteLastFieldAsync"/> adds.
    /// </summary>
    /// <exception cref="CommandException">Nobody reads it.</exception>
    public static Task WriteKeyOfOpenObjectAsync(Surroundings surroundings, string key, ApiKey details) =>
        WriteAsync(surroundings, ToJson(key, details).ToJsonString(KeygenJson.Readable.Options)[..^1]);

    /// <summary>Ends the object that <see cref="WriteKeyOfOpenObjectAsync"/> began.</summary>
    public static Task WriteLastFieldAsync(Surroundings surroundings, string name, JsonNode? value) =>
        surroundings.Output.WriteLineAsync($",\"{name}\":{value?.ToJsonString(KeygenJson.Readable.Options) ?? "null"}}}");

    /// <summary>What to know about it, for the eyes of whoever called.</summary>
    public static async Task WriteHintsAsync(Surroundings surroundings, ApiKey details)
    {
        var expiry = details.ExpiresAt is { } time ? $"expires {Cell.Time(time)}" : "never expires";
        var may = details.Scopes.Length > 0 ? $", may {Cell.ForPeople(details.Scopes)}" : string.Empty;
        var from = details.Networks.Length > 0 ? $", only from {Cell.ForPeople(details.Networks)}" : string.Empty;
        await surroundings.Error.WriteLineAsync(
            $"""
            Key {details.Id} "{details.Name}" of {details.OrganizationName} ({details.Environment}, {expiry}{may}{from}).
            It is shown only this once: keep it now, only its hash is stored.
            To call:    curl -H "Authorization: Bearer $KEY" https://<gateway>/
            To revoke:  keygen revoke {details.Id}
            """);
    }

    private static async Task WriteAsync(Surroundings surroundings, string text)
    {
        try
        {
            await surroundings.Output.WriteAsync(text);
            await surroundings.Output.FlushAsync();
        }
        catch (IOException exception)
        {
            throw new CommandException(ExitCode.Failed, $"the key could not be printed, so nothing was changed: {exception.Message}");
        }
    }

    private static JsonObject ToJson(string key, ApiKey details)
    {
        var json = JsonSerializer.SerializeToNode(details, KeygenJson.Readable.ApiKey)!.AsObject();
        json.Insert(0, "key", JsonValue.Create(key));
        return json;
    }
}
