using Gateway.Hosting.Startup;

namespace Gateway.Draining;

/// <summary>
/// Keeps the gateway serving for a while after it was told to stop, so that no load balancer sends a request to a port that is
/// closed already. A gateway that never was ready has nobody to wait for.
/// </summary>
/// <remarks>
/// The host calls it before it stops anything: the server still listens, keys and limits are still kept up to date, events are
/// still published.
/// </remarks>
internal sealed partial class DrainService(
    DrainOptions options,
    DependencyGate gate,
    IHostApplicationLifetime lifetime,
    TimeProvider timeProvider,
    ILogger<DrainService> logger) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    /// <summary>Cancelled when the time is over: what does not end by itself has to be ended from now on.</summary>
    public CancellationToken Ended => _ended.Token;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // On a signal it has been said already; whoever stops the host in another way would say it only after this.
        lifetime.StopApplication();
        if (gate.IsOpen && options.Time > TimeSpan.Zero)
        {
            Draining(options.Time.TotalSeconds);
            await Task.Delay(options.Time, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _ended.CancelAsync();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _ended.Dispose();

    [LoggerMessage(244, LogLevel.Information, "told to stop: unready from now on, and serving for another {Seconds} s")]
    private partial void Draining(double seconds);
}
