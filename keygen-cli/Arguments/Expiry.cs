namespace Gateway.Keygen.Arguments;

/// <summary>When a key is to end: a time, or so long from now.</summary>
internal static class Expiry
{
    /// <summary>The time, or <c>null</c> and what is wrong with the text.</summary>
    public static DateTimeOffset? TryParse(string text, TimeProvider clock, out string? problem)
    {
        var now = clock.GetUtcNow();
        DateTimeOffset? expiry = TimeText.TryParseDuration(text, out var duration) ? now + duration
            : TimeExpression.TryRead(text, now)?.Start;
        problem = expiry is null ? $"is neither a time ({TimeText.TimeForms}) nor a duration ({TimeText.DurationForms})"
            : expiry <= now ? "is not in the future"
            : null;
        return problem is null ? expiry : null;
    }
}
