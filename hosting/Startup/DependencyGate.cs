using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Hosting.Startup;

/// <summary>
/// Waits at start for every <see cref="IDependency"/>, for as long as that one is worth, and says what it waits for.
/// Once open it stays open: what fails later is the affair of whoever uses it.
/// </summary>
public sealed partial class DependencyGate(
    IEnumerable<IDependency> dependencies, TimeProvider timeProvider, ILogger<DependencyGate> logger) : BackgroundService
{
    // Servers that start together with us are there in a moment; one that is not is asked less and less often.
    private static readonly TimeSpan FirstRetryInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReminderInterval = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, string> _missing = new();

    /// <summary>Whether every dependency that cannot be done without has been there.</summary>
    public bool IsOpen => _opened.Task.IsCompletedSuccessfully;

    /// <summary>What it still waits for, by name, with the last reason.</summary>
    public IReadOnlyDictionary<string, string> Missing => _missing;

    /// <summary>Completes when <see cref="IsOpen"/> becomes true.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _opened.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(dependencies.Select(dependency => WaitForAsync(dependency, stoppingToken)));
            _opened.TrySetResult();
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            _opened.TrySetCanceled(stoppingToken);
        }
    }

    private async Task WaitForAsync(IDependency dependency, CancellationToken stoppingToken)
    {
        var started = timeProvider.GetTimestamp();
        long? remindedAt = null;
        var retryInterval = FirstRetryInterval;
        var longestCheck = dependency.Patience < CheckTimeout ? dependency.Patience.Value : CheckTimeout;
        _missing[dependency.Name] = "not asked yet";
        while (true)
        {
            try
            {
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                timeout.CancelAfter(longestCheck);
                await dependency.CheckAsync(timeout.Token);
                _missing.TryRemove(dependency.Name, out _);
                DependencyFound(dependency.Name);
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                var reason = exception is OperationCanceledException
                    ? $"no answer within {longestCheck.TotalSeconds:0} s"
                    : exception.Message;
                if (timeProvider.GetElapsedTime(started) >= dependency.Patience)
                {
                    _missing.TryRemove(dependency.Name, out _);
                    StartingWithout(dependency.Name, reason);
                    return;
                }

                _missing[dependency.Name] = reason;
                if (remindedAt is null || timeProvider.GetElapsedTime(remindedAt.Value) >= ReminderInterval)
                {
                    remindedAt = timeProvider.GetTimestamp();
                    WaitingForDependency(dependency.Name, reason);
                }
            }

            await Task.Delay(retryInterval, timeProvider, stoppingToken);
            retryInterval = retryInterval * 2 < LongestRetryInterval ? retryInterval * 2 : LongestRetryInterval;
        }
    }

    [LoggerMessage(100, LogLevel.Warning, "waiting for {Dependency}: {Reason}")]
    private partial void WaitingForDependency(string dependency, string reason);

    [LoggerMessage(102, LogLevel.Error, "starting without {Dependency}: {Reason}")]
    private partial void StartingWithout(string dependency, string reason);

    [LoggerMessage(101, LogLevel.Information, "{Dependency} is there")]
    private partial void DependencyFound(string dependency);
}
