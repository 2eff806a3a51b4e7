using Confluent.Kafka;
using Npgsql;

namespace Gateway.UsageProcessor.Storage;

/// <summary>
/// Tries again, for as long as it takes, what fails because a server is away, slow or restarting. Says so once when the
/// trouble begins and once when it ends. Any other exception is a defect of ours and goes through.
/// </summary>
internal sealed class RetryUntilDone(StorageOptions options, TimeProvider timeProvider, ILogger<RetryUntilDone> logger)
{
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> tryAsync, CancellationToken cancellationToken)
    {
        var failures = 0;
        var startedAt = timeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                var result = await tryAsync(cancellationToken);
                if (failures > 0)
                {
                    logger.StoringResumed(timeProvider.GetElapsedTime(startedAt).TotalSeconds, failures);
                }

                return result;
            }
            catch (Exception exception) when (IsTransient(exception) && !cancellationToken.IsCancellationRequested)
            {
                if (++failures == 1)
                {
                    logger.StoringInterrupted(exception.Message);
                }
            }

            var delay = Backoff.Delay(failures, options.FirstRetryDelay, options.LongestRetryDelay, Random.Shared.NextDouble());
            await Task.Delay(delay, timeProvider, cancellationToken);
        }
    }

    private static bool IsTransient(Exception exception) =>
        exception is NpgsqlException or KafkaException or TimeoutException or IOException or OperationCanceledException;
}
