namespace Gateway.LocalStack.Output;

/// <summary>
/// What the user sees. A terminal that was closed, or a reader that went away, must not keep us from stopping what we
/// started, so failing writes are ignored.
/// </summary>
internal static class Screen
{
    public static bool IsTerminal { get; } = !Console.IsOutputRedirected;

    public static void WriteLine(string line = "") => Write(line + Environment.NewLine);

    public static void Write(string text)
    {
        try
        {
            Console.Out.Write(text);
        }
        catch (IOException)
        {
        }
    }
}
