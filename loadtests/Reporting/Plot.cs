using System.Globalization;
using System.Net;
using System.Text;

namespace Gateway.LoadTests.Reporting;

/// <summary>Lines over a common axis, as SVG.</summary>
/// <param name="Title">Above it.</param>
/// <param name="XLabel">Below it.</param>
/// <param name="XTicks">Where the x axis is labelled, and with what.</param>
/// <param name="IsLogarithmic">Whether y is drawn by its magnitude.</param>
/// <param name="Lines">What is drawn.</param>
internal sealed record Plot(string Title, string XLabel, IReadOnlyList<(double At, string Text)> XTicks, bool IsLogarithmic, IReadOnlyList<PlotLine> Lines)
{
    private const int Width = 960;
    private const int Height = 280;
    private const int Left = 64;
    private const int Right = 28;
    private const int Top = 16;
    private const int Bottom = 44;
    private const int TickCount = 5;
    private const double SmallestLogarithmic = 0.01;

    /// <summary>Ticks of an axis from 0 on.</summary>
    public static IReadOnlyList<(double At, string Text)> Ticks(double maximum)
    {
        // 1, 2 or 5 times a power of ten.
        var rough = Math.Max(maximum, 1e-6) / TickCount;
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = magnitude * (rough / magnitude) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        return [.. Enumerable.Range(0, (int)Math.Floor((maximum / step) + 1e-9) + 1).Select(number => (number * step, Number(number * step)))];
    }

    public string ToSvg()
    {
        var points = Lines.SelectMany(static line => line.Points).ToArray();
        var (xMaximum, yMaximum) = (1.0, IsLogarithmic ? 1.0 : 0.001);
        var yMinimum = IsLogarithmic ? 1.0 : 0;
        foreach (var (x, y) in points)
        {
            xMaximum = Math.Max(xMaximum, x);
            yMaximum = Math.Max(yMaximum, y);
            yMinimum = IsLogarithmic ? Math.Min(yMinimum, Math.Max(y, SmallestLogarithmic)) : 0;
        }

        var (low, high) = IsLogarithmic
            ? (Math.Floor(Math.Log10(yMinimum)), Math.Ceiling(Math.Log10(yMaximum) + 1e-9))
            : (0, yMaximum * 1.05);
        var svg = new StringBuilder();
        svg.AppendLine($"<figure><figcaption>{WebUtility.HtmlEncode(Title)}</figcaption><p class=\"legend\">");
        foreach (var line in Lines)
        {
            svg.AppendLine($"<span style=\"color:{line.Color}\">{(line.IsDashed ? "╌╌" : "━━")} {WebUtility.HtmlEncode(line.Name)}</span>");
        }

        svg.AppendLine($"</p><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(Title)}\">");
        foreach (var (at, text) in YTicks())
        {
            svg.AppendLine($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(at)}\" y2=\"{Y(at)}\"/><text x=\"{Left - 8}\" y=\"{Y(at)}\" class=\"y\">{text}</text>");
        }

        foreach (var (at, text) in XTicks.Where(tick => tick.At <= xMaximum))
        {
            svg.AppendLine($"<line class=\"grid\" x1=\"{X(at)}\" x2=\"{X(at)}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><text x=\"{X(at)}\" y=\"{Height - Bottom + 18}\" class=\"x\">{WebUtility.HtmlEncode(text)}</text>");
        }

        svg.AppendLine($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" class=\"x\">{WebUtility.HtmlEncode(XLabel)}</text>");
        foreach (var line in Lines.Where(static line => line.Points.Count > 0))
        {
            svg.AppendLine(
                $"<polyline stroke=\"{line.Color}\"{(line.IsDashed ? " stroke-dasharray=\"5 4\"" : string.Empty)} "
                + $"points=\"{string.Join(' ', line.Points.Select(point => $"{X(point.X)},{Y(Scaled(point.Y))}"))}\"/>");
        }

        return svg.AppendLine("</svg></figure>").ToString();

        string X(double x) => Coordinate(Left + (x / xMaximum * (Width - Left - Right)));

        string Y(double scaled) => Coordinate(Height - Bottom - ((scaled - low) / (high - low) * (Height - Top - Bottom)));

        double Scaled(double y) => IsLogarithmic ? Math.Log10(Math.Max(y, SmallestLogarithmic)) : y;

        IEnumerable<(double At, string Text)> YTicks() => IsLogarithmic
            ? Enumerable.Range((int)low, (int)(high - low) + 1).Select(static power => ((double)power, Number(Math.Pow(10, power))))
            : Ticks(yMaximum);
    }

    private static string Number(double value) => value.ToString("#,0.######", CultureInfo.InvariantCulture);

    private static string Coordinate(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
