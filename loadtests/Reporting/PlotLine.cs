namespace Gateway.LoadTests.Reporting;

/// <summary>A line of a plot.</summary>
/// <param name="Name">In its legend.</param>
/// <param name="Color">As CSS has it.</param>
/// <param name="IsDashed">Drawn in dashes.</param>
/// <param name="Points">From left to right.</param>
internal sealed record PlotLine(string Name, string Color, bool IsDashed, IReadOnlyList<(double X, double Y)> Points);
