using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Gateway.Keygen.Commands;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Propagation;

/// <summary>Says how far a change has come.</summary>
internal static class PropagationOutput
{
    /// <summary>Gateways that are named in a message; JSON has them all.</summary>
    private const int Named = 10;

    /// <summary>Writes what there is to say, and answers the exit code.</summary>
    /// <param name="surroundings">Where to.</param>
    /// <param name="done">What was done: "revoked".</param>
    /// <param name="report"><c>null</c> where nobody waited.</param>
    public static async Task<int> WriteAsync(Surroundings surroundings, string done, PropagationReport? report)
    {
        if (report is null)
        {
            return ExitCode.Succeeded;
        }

        await surroundings.Error.WriteLineAsync(Describe(done, report));
        return report.IsEverywhere ? ExitCode.Succeeded : ExitCode.Unconfirmed;
    }

    /// <summary>An object with one more field, <c>gateways</c>: <c>null</c> where nobody waited.</summary>
    public static async Task WriteJsonAsync<T>(Surroundings surroundings, T value, JsonTypeInfo<T> type, PropagationReport? report)
    {
        var json = JsonSerializer.SerializeToNode(value, type)!.AsObject();
        json["gateways"] = ToJson(report);
        await surroundings.Output.WriteLineAsync(json.ToJsonString(KeygenJson.Readable.Options));
    }

    /// <summary>The value of the field <c>gateways</c>.</summary>
    public static JsonNode? ToJson(PropagationReport? report) =>
        report is null ? null : JsonSerializer.SerializeToNode(report, KeygenJson.Readable.PropagationReport);

    private static string Describe(string done, PropagationReport report)
    {
        if (report is { IsEverywhere: true, Total: 0 })
        {
            return "No gateway has registered with this database, so there is none to wait for.";
        }

        var gateways = $"{report.Confirmed} of {report.Total} {(report.Total == 1 ? "gateway" : "gateways")}";
        var time = Elapsed.TextOfMilliseconds(report.Milliseconds);
        if (report.IsEverywhere)
        {
            return $"{char.ToUpperInvariant(done[0])}{done[1..]} on {gateways} in {time}.";
        }

        var text = new StringBuilder("keygen: the change is committed, but ")
            .Append(report.Total is null ? "what gateways know of it is unknown" : $"so far {done} on {gateways} only")
            .Append($", after {time}");
        if (report.Problem is { } problem)
        {
            text.Append($": {problem}");
        }

        foreach (var gateway in report.Unconfirmed.Take(Named))
        {
            text.AppendLine().Append(
                $"  {Cell.ForPeople(gateway.Name)} was last seen {Elapsed.Text(gateway.SeenSecondsAgo)} ago and can go on as before until {Cell.Time(gateway.RefusesAt)} at the latest");
        }

        return report.Unconfirmed.Count > Named
            ? text.AppendLine().Append($"  and {report.Unconfirmed.Count - Named} more").ToString()
            : text.ToString();
    }
}
