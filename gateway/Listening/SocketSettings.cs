namespace Gateway.Listening;

/// <summary>How the runtime's sockets work in this process. It reads them from the environment only, when the first socket is made.</summary>
internal static class SocketSettings
{
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// What waits for a socket goes on at once, on the thread that polls it, instead of being handed to the thread pool and
    /// waking one of its workers: a tenth less CPU a request (docs/performance.md). It asks for code that never blocks,
    /// which nothing on the way of a request does. Who sets the variable decides otherwise.
    /// </summary>
    public static void CompleteInline()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
        {
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
        }
    }
}
