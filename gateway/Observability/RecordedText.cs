namespace Gateway.Observability;

/// <summary>Text from a client, made fit to be stored: an event that the database cannot take would be a request that is not billed.</summary>
internal static class RecordedText
{
    /// <summary>At most that many characters, without NUL and without half a surrogate pair at the cut. What fits is not copied.</summary>
    public static string Cut(string text, int maximumLength)
    {
        if (text.Length > maximumLength)
        {
            text = text[..(char.IsHighSurrogate(text[maximumLength - 1]) ? maximumLength - 1 : maximumLength)];
        }

        return text.Replace('\0', '?');
    }
}
