using Npgsql;

namespace Gateway.Database.Urls;

/// <summary>A parameter of libpq and what it becomes.</summary>
/// <param name="Name">Its name in a URL.</param>
/// <param name="Allowed">The values that it may have, for a message.</param>
/// <param name="TryApply">Sets Npgsql's counterpart; <c>false</c> when the value is none of those allowed.</param>
internal sealed record UrlParameter(string Name, string Allowed, Func<NpgsqlConnectionStringBuilder, string, bool> TryApply)
{
    /// <summary>Any text.</summary>
    public static UrlParameter Text(string name, Action<NpgsqlConnectionStringBuilder, string> set) => new(name, "any text", (builder, value) =>
    {
        set(builder, value);
        return true;
    });

    /// <summary>A whole number.</summary>
    public static UrlParameter Number(string name, int minimum, int maximum, Action<NpgsqlConnectionStringBuilder, int> set) =>
        new(name, $"{minimum} to {maximum}", (builder, value) =>
        {
            if (!int.TryParse(value, out var number) || number < minimum || number > maximum)
            {
                return false;
            }

            set(builder, number);
            return true;
        });

    /// <summary>One of some words.</summary>
    public static UrlParameter Choice<T>(string name, Action<NpgsqlConnectionStringBuilder, T> set, params (string Word, T Meaning)[] choices) =>
        new(name, string.Join(", ", choices.Select(choice => choice.Word)), (builder, value) =>
        {
            var index = Array.FindIndex(choices, choice => choice.Word.Equals(value, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                return false;
            }

            set(builder, choices[index].Meaning);
            return true;
        });

    /// <summary>Asks for what Npgsql does anyway, or for something that makes no difference to us.</summary>
    public static UrlParameter Ignored(string name) => Text(name, static (_, _) => { });
}
