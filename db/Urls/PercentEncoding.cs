using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Gateway.Database.Urls;

/// <summary>Percent-decoding as libpq does it: strict, and <c>+</c> is a plus.</summary>
internal static class PercentEncoding
{
    public static string Decode(string text, string part)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var encoded = Encoding.UTF8.GetBytes(text);
        var decoded = new List<byte>(encoded.Length);
        for (var position = 0; position < encoded.Length; position++)
        {
            if (encoded[position] != '%')
            {
                decoded.Add(encoded[position]);
            }
            else if (position + 2 < encoded.Length
                && byte.TryParse(encoded.AsSpan(position + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
                && value != 0)
            {
                decoded.Add(value);
                position += 2;
            }
            else
            {
                throw new FormatException($"the {part} has a % that is not followed by two hexadecimal digits from 01 to FF; a percent sign is written as %25");
            }
        }

        var bytes = decoded.ToArray();
        return Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw new FormatException($"the {part} is not UTF-8 after its %XX are decoded");
    }
}
