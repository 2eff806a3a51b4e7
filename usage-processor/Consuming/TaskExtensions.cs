namespace Gateway.UsageProcessor.Consuming;

/// <summary>For the consuming thread, which is nobody's pool thread and may block, though never for long.</summary>
internal static class TaskExtensions
{
    /// <summary>Blocks until the task has ended in any way, or the time is over. Answers whether it has ended.</summary>
    public static bool EndsWithin(this Task task, TimeSpan time) => task.IsCompleted || ((IAsyncResult)task).AsyncWaitHandle.WaitOne(time);
}
