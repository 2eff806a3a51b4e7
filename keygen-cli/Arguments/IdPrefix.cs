namespace Gateway.Keygen.Arguments;

/// <summary>The first characters of an id, as git takes commits; a whole id is one too.</summary>
/// <param name="Text">As it was written, in lower case.</param>
/// <param name="Lowest">The first id that begins like this.</param>
/// <param name="Highest">The last id that begins like this.</param>
internal sealed record IdPrefix(string Text, Guid Lowest, Guid Highest)
{
    /// <summary>Fewer characters are more likely a mistake than meant.</summary>
    public const int MinimumLength = 4;

    private const string LowestId = "00000000-0000-0000-0000-000000000000";
    private const string HighestId = "ffffffff-ffff-ffff-ffff-ffffffffffff";

    /// <summary>Whether only one id can be meant.</summary>
    public bool IsWhole => Lowest == Highest;

    /// <summary>Answers <c>null</c> where no id can begin like this.</summary>
    public static IdPrefix? TryParse(string text)
    {
        if (text.Length < MinimumLength || text.Length > LowestId.Length)
        {
            return null;
        }

        var prefix = text.ToLowerInvariant();
        return Guid.TryParseExact(prefix + LowestId[prefix.Length..], "D", out var lowest)
            && Guid.TryParseExact(prefix + HighestId[prefix.Length..], "D", out var highest)
            ? new IdPrefix(prefix, lowest, highest)
            : null;
    }
}
