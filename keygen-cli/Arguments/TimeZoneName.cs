using System.Text.RegularExpressions;

namespace Gateway.Keygen.Arguments;

/// <summary>
/// Names of time zones that PostgreSQL and .NET understand alike. Abbreviations such as CET and offsets such as UTC+3 are
/// none: PostgreSQL takes the one as a zone without summer time and reads the other with its sign reversed.
/// </summary>
internal static partial class TimeZoneName
{
    /// <summary>What is allowed, for messages.</summary>
    public const string Allowed = "UTC or a name such as Europe/Berlin, spelled as in the IANA time zone database";

    public static bool IsKnown(string name) =>
        Pattern.IsMatch(name)
        && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
        && string.Equals(zone.Id, name, StringComparison.Ordinal);

    [GeneratedRegex(@"\A(UTC|[A-Z][A-Za-z_]*(/[A-Za-z0-9_+-]+)+)\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern { get; }
}
