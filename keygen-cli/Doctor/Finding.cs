using System.Text.Json.Serialization;

namespace Gateway.Keygen.Doctor;

/// <summary>How something was found.</summary>
internal enum FindingResult
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It could not be looked at, because the environment does not say where it is.</summary>
    Skipped,

    /// <summary>It works, and may not for long, or not as well as it could.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Failed,
}

/// <summary>What was found out about one thing.</summary>
/// <param name="Check">What was looked at. Scripts look checks up by it: none is renamed.</param>
/// <param name="How">How it was found.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Advice">What to do; <c>null</c> for nothing.</param>
internal sealed record Finding(string Check, [property: JsonIgnore] FindingResult How, string Seen, string? Advice)
{
    /// <summary>ok, skipped, warning or failed.</summary>
    public string Result => How switch
    {
        FindingResult.Ok => "ok",
        FindingResult.Skipped => "skipped",
        FindingResult.Warning => "warning",
        _ => "failed",
    };
}
