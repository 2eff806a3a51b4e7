namespace Gateway.ApiKeys.Synchronization;

/// <summary>Wakes one waiter. Set while nobody waits, it is remembered; set often, it wakes once.</summary>
internal sealed class Signal
{
    private TaskCompletionSource _set = New();

    public void Set() => Volatile.Read(ref _set).TrySetResult();

    /// <summary>Returns when it is set, or after that time at the latest.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        try
        {
            await Volatile.Read(ref _set).Task.WaitAsync(atMost, timeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            return;
        }

        // From here on, before whatever the waiter does now: a signal during that is for the next time.
        Volatile.Write(ref _set, New());
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
