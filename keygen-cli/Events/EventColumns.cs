using System.Globalization;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Events;

/// <summary>How requests are listed.</summary>
internal static class EventColumns
{
    /// <summary>Scripts cut these columns out by number: new ones go to the end.</summary>
    public static IReadOnlyList<Column<RequestEvent>> ForPrograms { get; } =
    [
        new("TIME", request => Time(request, "yyyy-MM-ddTHH:mm:ss.ffffffZ")),
        new("STATUS", request => request.Status),
        new("METHOD", request => request.Method),
        new("PATH", request => request.Path),
        new("OUTCOME", request => request.Outcome),
        new("UNITS", request => request.Billable ? request.Units : 0L),
        new("DURATION (US)", request => request.DurationUs),
        new("BACKEND (US)", request => request.BackendUs),
        new("ROUTE", request => request.Route),
        new("KEY ID", request => request.ApiKeyId),
        new("ORGANIZATION ID", request => request.OrganizationId),
        new("REQUEST ID", request => request.RequestId),
        new("BYTES IN", request => request.RequestBytes),
        new("BYTES OUT", request => request.ResponseBytes),
        new("SOURCE", request => request.Source),
        new("SEQUENCE", request => request.Sequence),
    ];

    /// <summary>What fits into a line; all there is of a request is in <c>--json</c>.</summary>
    public static IReadOnlyList<Column<RequestEvent>> ForPeople { get; } =
    [
        new("TIME (UTC)", request => Cell.TimeForPeople(request.Time)) { IsUnbroken = true },
        new("STATUS", request => request.Status) { IsUnbroken = true, Tone = ToneOf },
        new("METHOD", request => request.Method),
        new("PATH", request => request.Path),
        new("OUTCOME", request => request.Outcome) { IsUnbroken = true, Tone = ToneOf },
        new("UNITS", request => request.Billable ? request.Units : 0L) { IsNumber = true },
        new("MS", Milliseconds) { IsNumber = true },
        new("ROUTE", request => request.Route),
        new("KEY", request => Cell.Abbreviate(request.ApiKeyId)) { IsUnbroken = true },
    ];

    /// <summary>By whose fault it failed, if it did.</summary>
    public static Tone ToneOf(RequestEvent request) => request switch
    {
        { Outcome: "backend-error" } or { Status: >= 500 } => Tone.Bad,
        { Status: >= 400 } or { Outcome: not "forwarded" } => Tone.Warning,
        _ => Tone.Good,
    };

    public static string Milliseconds(RequestEvent request) =>
        (request.DurationUs / 1000m).ToString("#,0.0", CultureInfo.InvariantCulture);

    /// <summary>When it arrived.</summary>
    public static string Time(RequestEvent request, string format) => request.Time.ToString(format, CultureInfo.InvariantCulture);
}
