using Confluent.Kafka;
using Npgsql;

namespace Gateway.UsageProcessor.Storage;

/// <summary>
/// Tries again, for as long as it takes, what fails because a server is away, slow or restarting. Says so once when the
/// trouble begins and once when it ends. What only an operator can mend is tried again as well, so that no restart is needed
/// afterwards, but rarely, and <see cref="Blockage"/> says so again and again. Any other exception is a defect of ours and goes through.
/// Not thread-safe: one call at a time.
/// </summary>
internal sealed class RetryUntilDone(
    StorageOptions options, Blockage blockage, TimeProvider timeProvider, ILogger<RetryUntilDone> logger)
{
    private int _failures;
    private long _troubleSince;
    private volatile bool _isDatabaseAway;

    /// <summary>Whether the last attempt failed for PostgreSQL's sake. What it refuses, it is there to refuse.</summary>
    public bool IsDatabaseAway => _isDatabaseAway;

    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> tryAsync, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var result = await tryAsync(cancellationToken);
                _isDatabaseAway = false;
                TroubleEnds();
                return result;
            }
            catch (PostgresException refusal) when (OperatorAdvice.Of(refusal) is { } advice && !cancellationToken.IsCancellationRequested)
            {
                _isDatabaseAway = false;
                blockage.Goes($"PostgreSQL refuses: {refusal.MessageText} ({refusal.SqlState})", advice);
                await Task.Delay(options.LongestRetryDelay, timeProvider, cancellationToken);
                continue;
            }
            catch (KafkaException refusal) when (OperatorAdvice.Of(refusal) is { } advice && !cancellationToken.IsCancellationRequested)
            {
                blockage.Goes($"Kafka refuses a dead letter: {refusal.Error.Reason}", advice);
                await Task.Delay(options.LongestRetryDelay, timeProvider, cancellationToken);
                continue;
            }
            catch (Exception exception) when (IsTransient(exception))
            {
                // Whatever it says, once it is given up that is why.
                cancellationToken.ThrowIfCancellationRequested();
                _isDatabaseAway |= exception is not KafkaException;
                TroubleGoesOn(exception);
            }

            var delay = Backoff.Delay(_failures, options.FirstRetryDelay, options.LongestRetryDelay, Random.Shared.NextDouble());
            await Task.Delay(delay, timeProvider, cancellationToken);
        }
    }

    private void TroubleGoesOn(Exception exception)
    {
        if (++_failures == 1)
        {
            _troubleSince = timeProvider.GetTimestamp();
            logger.StoringInterrupted(exception.Message);
        }
    }

    private void TroubleEnds()
    {
        if (_failures > 0)
        {
            logger.StoringResumed(timeProvider.GetElapsedTime(_troubleSince).TotalSeconds, _failures);
            _failures = 0;
        }
    }

    private static bool IsTransient(Exception exception) =>
        exception is NpgsqlException or KafkaException or TimeoutException or IOException or OperationCanceledException;
}
