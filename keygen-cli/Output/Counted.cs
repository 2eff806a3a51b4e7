using System.Globalization;

namespace Gateway.Keygen.Output;

/// <summary>How many of what: <c>1 key</c>, <c>1,200 keys</c>.</summary>
internal static class Counted
{
    /// <param name="number">How many.</param>
    /// <param name="what">What one of them is called; several have an s.</param>
    public static string Text(long number, string what) =>
        number == 1 ? $"1 {what}" : string.Create(CultureInfo.InvariantCulture, $"{number:#,0} {what}s");
}
