using System.Diagnostics;
using Gateway.LocalStack.Output;

namespace Gateway.Chaos.Stack;

/// <summary>What happened, as it happens: on the screen, and in a file beside the servers' logs.</summary>
internal sealed class Chronicle(string file)
{
    private readonly Lock _lock = new();
    private readonly long _started = Stopwatch.GetTimestamp();

    public void Write(string line)
    {
        var text = $"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff}  {Stopwatch.GetElapsedTime(_started).TotalSeconds,7:0.0} s  {line}";
        lock (_lock)
        {
            Screen.WriteLine(text);
            File.AppendAllText(file, text + "\n");
        }
    }
}
