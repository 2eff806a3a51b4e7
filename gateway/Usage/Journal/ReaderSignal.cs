namespace Gateway.Usage.Journal;

/// <summary>
/// Wakes the reader when something was written. Costs a writer one read of a flag: the fence that the two need between them
/// is paid by the reader alone, when it has nothing to do.
/// </summary>
internal sealed class ReaderSignal
{
    private volatile bool _isWaiting;
    private volatile TaskCompletionSource? _waiting;

    /// <summary>Completes at the next <see cref="Wake"/>. The reader looks once more after this and before it waits.</summary>
    public Task Arm()
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting = waiting;
        _isWaiting = true;
        Interlocked.MemoryBarrierProcessWide();
        return waiting.Task;
    }

    /// <summary>After something was written.</summary>
    public void Wake()
    {
        if (_isWaiting)
        {
            _isWaiting = false;
            _waiting?.TrySetResult();
        }
    }
}
