namespace Gateway.LoadTests.Tests.Wire;

/// <param name="Text">Byte for byte.</param>
/// <param name="Closes">Whether the connection ends behind it.</param>
/// <param name="After">How long it takes.</param>
internal sealed record RawAnswer(string Text, bool Closes = false, TimeSpan After = default)
{
    public static RawAnswer Ok { get; } = new("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
}
