using System.Globalization;

namespace Gateway.Keygen.Output;

/// <summary>Writes single values: for people with groups of digits and minutes, for programs plainly and exactly.</summary>
internal static class Cell
{
    public static string ForPeople(object? value) => value switch
    {
        long number => number.ToString("N0", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
        IReadOnlyList<string> list => Text(string.Join(", ", list)),
        _ => Text(value),
    };

    public static string ForPrograms(object? value) => value switch
    {
        long number => number.ToString(CultureInfo.InvariantCulture),
        DateTime time => Time(time),
        IReadOnlyList<string> list => Text(string.Join(',', list)),
        _ => Text(value),
    };

    /// <summary>The beginning of an id, long enough to be unique nearly always; every command takes it and says if it is not.</summary>
    public static string Abbreviate(Guid id) => id.ToString()[..8];

    /// <summary>A time in ISO 8601, UTC, whole seconds.</summary>
    public static string Time(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>A time to the second, for people.</summary>
    public static string TimeForPeople(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A message of several lines, in which nothing but their ends tells a terminal what to do.</summary>
    public static string Lines(string text) => string.Join(Environment.NewLine, text.Split(Environment.NewLine).Select(Text));

    // Names cannot have control characters, but routes and paths come from elsewhere, and one that reaches a terminal can
    // rewrite what stands there; a tab or line end would shift every column, and a mark that turns the direction of
    // writing would let a line end in what it does not say.
    private static string Text(object? value)
    {
        var text = value?.ToString() ?? string.Empty;
        return text.Any(IsObeyed)
            ? string.Create(text.Length, text, static (span, source) =>
            {
                for (var index = 0; index < span.Length; index++)
                {
                    span[index] = IsObeyed(source[index]) ? '\uFFFD' : source[index];
                }
            })
            : text;
    }

    private static bool IsObeyed(char character) =>
        char.IsControl(character) || character is (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' or '\u061C';
}
