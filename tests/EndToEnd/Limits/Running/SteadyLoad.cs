using System.Collections.Concurrent;
using System.Diagnostics;
using Gateway.EndToEnd.Tests.Limits.Fleets;

namespace Gateway.EndToEnd.Tests.Limits.Running;

/// <summary>Asks for one customer again and again, over all gateways in turn, until it is stopped; keeps what came back.</summary>
internal sealed class SteadyLoad(Fleet fleet, LimitedCustomer customer, int requestsPerSecond)
{
    private const int Workers = 4;

    private readonly ConcurrentDictionary<string, int> _failures = new();
    private volatile bool _isStopping;
    private Task _workers = Task.CompletedTask;
    private long _started;
    private TimeSpan _slowest;

    public LimitedCustomer Customer => customer;

    public TimeSpan Elapsed { get; private set; }

    public TimeSpan Slowest => _slowest;

    /// <summary>What is neither 200 nor 429, and how often.</summary>
    public IReadOnlyDictionary<string, int> Failures => _failures;

    public long Admitted => fleet.Backend.CountOf(customer.Keys[0].Id, route: 0);

    public void Start()
    {
        _started = Stopwatch.GetTimestamp();
        _workers = Task.WhenAll(Enumerable.Range(0, Workers).Select(WorkAsync));
    }

    public async Task StopAsync()
    {
        _isStopping = true;
        await _workers;
        Elapsed = Stopwatch.GetElapsedTime(_started);
    }

    private async Task WorkAsync(int worker)
    {
        var interval = TimeSpan.FromSeconds((double)Workers / requestsPerSecond);
        using var timer = new PeriodicTimer(interval);
        for (var request = worker; !_isStopping; request++)
        {
            var sent = Stopwatch.GetTimestamp();
            await SendAsync(request % fleet.Gateways.Length);
            var took = Stopwatch.GetElapsedTime(sent);
            lock (_failures)
            {
                _slowest = took > _slowest ? took : _slowest;
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task SendAsync(int gateway)
    {
        string failure;
        try
        {
            var answer = await fleet.SendAsync(gateway, customer.Keys[0]);
            if (answer.IsAdmitted || answer.IsRefused)
            {
                return;
            }

            failure = $"status {answer.Status}";
        }
        catch (HttpRequestException exception)
        {
            failure = exception.Message;
        }

        _failures.AddOrUpdate(failure, 1, static (_, count) => count + 1);
    }
}
