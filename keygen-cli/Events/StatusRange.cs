using System.Globalization;

namespace Gateway.Keygen.Events;

/// <summary>HTTP statuses: one, <c>404</c>, or a class of them, <c>4xx</c>.</summary>
/// <param name="First">The lowest.</param>
/// <param name="Last">The highest.</param>
internal sealed record StatusRange(int First, int Last)
{
    /// <summary>What <see cref="TryParse"/> takes, for help and messages.</summary>
    public const string Forms = "404 or 4xx";

    /// <summary>Answers <c>null</c> where no request can have such a status.</summary>
    public static StatusRange? TryParse(string text)
    {
        if (text is [>= '1' and <= '9' and var kind, 'x' or 'X', 'x' or 'X'])
        {
            var first = (kind - '0') * 100;
            return new StatusRange(first, first + 99);
        }

        return text.Length == 3 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status >= 100
            ? new StatusRange(status, status)
            : null;
    }
}
