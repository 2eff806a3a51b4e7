using Gateway.Hosting;
using Gateway.Hosting.Startup;
using Gateway.UsageProcessor.Continuity;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>
/// Runs the loop on a thread of its own once every dependency has been there. Should the loop die, so does the process,
/// with a non-zero exit code: one that lives on without consuming would look healthy and fall behind for ever.
/// </summary>
internal sealed class UsageConsumer(
    DependencyGate gate, ConsumeLoop loop, ProcessOutcome outcome, IHostApplicationLifetime lifetime, ILogger<UsageConsumer> logger) : BackgroundService
{
    /// <summary>Messages are gone from the log. Promised to operators: a restart would end the same way.</summary>
    private const int MessagesLost = 3;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await gate.WaitAsync(stoppingToken);
        try
        {
            await Task.Factory.StartNew(
                () => loop.Run(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (LostMessagesException exception)
        {
            // No defect, so no stack trace: one line for somebody who has to decide.
            logger.MessagesLost(
                exception.Topic,
                exception.Partition,
                exception.AndOthers,
                exception.Loss.Expected,
                exception.Loss.Found,
                exception.Loss.Gone,
                exception.GoOnAt);
            outcome.ExitCode = MessagesLost;
            lifetime.StopApplication();
        }
        catch (Exception exception)
        {
            logger.ConsumingFailed(exception);
            throw;
        }
    }
}
