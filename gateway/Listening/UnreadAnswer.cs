namespace Gateway.Listening;

/// <summary>
/// Ends the connection of a client that has stopped reading: a write that waits for longer than
/// <see cref="ClientLimits.UnreadTimeout"/>. Kestrel's own rate is an average over the whole answer, so after a fast
/// beginning it waits for hours.
/// </summary>
internal readonly struct UnreadAnswer(HttpContext context, TimeSpan timeout, TimeProvider timeProvider)
{
    /// <summary>Waits for the write; a write that is done already, which is nearly every one, costs nothing.</summary>
    public ValueTask WatchAsync(ValueTask write) => write.IsCompleted ? write : WaitAsync(write.AsTask());

    private async ValueTask WaitAsync(Task write)
    {
        try
        {
            await write.WaitAsync(timeout, timeProvider);
        }
        catch (TimeoutException) when (!write.IsCompleted)
        {
            context.Abort();
            await write;
            throw;
        }
    }
}
