using Gateway.Hosting.Startup;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>
/// Runs the loop on a thread of its own once every dependency has been there. Should the loop die, so does the process,
/// with a non-zero exit code: one that lives on without consuming would look healthy and fall behind for ever.
/// </summary>
internal sealed class UsageConsumer(DependencyGate gate, ConsumeLoop loop, ILogger<UsageConsumer> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await gate.WaitAsync(stoppingToken);
        try
        {
            await Task.Factory.StartNew(
                () => loop.Run(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception exception)
        {
            logger.ConsumingFailed(exception);
            throw;
        }
    }
}
