using System.Globalization;
using System.Text;

namespace Gateway.Contracts.DeadLetters;

/// <summary>Which dead letter: where the message was that could not be understood. Written <c>topic/partition/offset</c>.</summary>
/// <param name="Topic">Its topic; Kafka allows no slash in it.</param>
/// <param name="Partition">Its partition there.</param>
/// <param name="Offset">Its offset there.</param>
public readonly record struct DeadLetterId(string Topic, int Partition, long Offset)
{
    /// <summary>
    /// The header of a message that is a dead letter sent again: its id as UTF-8 text. Whoever can write to the topic can write
    /// this header, so it is worth no more than the bytes beside it.
    /// </summary>
    public const string ReplayHeader = "dead-letter-replay";

    private const int LongestTopic = 249;

    /// <summary>The id, or <c>null</c> where the text is none.</summary>
    public static DeadLetterId? TryParse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 3
            && parts[0].Length is > 0 and <= LongestTopic
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                ? new DeadLetterId(parts[0], partition, offset)
                : null;
    }

    /// <summary>The id that a header carries, or <c>null</c> where it carries none.</summary>
    public static DeadLetterId? TryParse(ReadOnlySpan<byte> utf8Text) => TryParse(Encoding.UTF8.GetString(utf8Text));

    /// <summary>As <see cref="TryParse(string)"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}/{Partition}/{Offset}");
}
