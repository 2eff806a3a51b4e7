namespace Gateway.Keygen.Output;

/// <summary>A bar of a chart, of block characters: its length says how much, to an eighth of a character.</summary>
internal static class Bar
{
    private const int Eighths = 8;
    private const char Full = '█';
    private const string Parts = "▏▎▍▌▋▊▉";

    /// <summary>What is more than nothing is always seen.</summary>
    /// <param name="value">How much, from 0.</param>
    /// <param name="highest">What fills the whole width.</param>
    /// <param name="width">In characters.</param>
    public static string Of(long value, long highest, int width)
    {
        if (value <= 0 || highest <= 0 || width <= 0)
        {
            return string.Empty;
        }

        var length = Math.Clamp((int)Math.Round((decimal)value / highest * width * Eighths), 1, width * Eighths);
        var bar = new string(Full, length / Eighths);
        return length % Eighths == 0 ? bar : bar + Parts[(length % Eighths) - 1];
    }
}
