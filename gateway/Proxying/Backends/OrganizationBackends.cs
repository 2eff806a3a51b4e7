using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Proxying.Backends;

/// <summary>
/// All organizations that have a backend of their own, and their clusters for YARP. Changes are written by one thread
/// and return at once: YARP takes them over in the background, many at a time, because a reload looks at every cluster.
/// Reading takes no lock.
/// </summary>
internal sealed partial class OrganizationBackends : IProxyConfigProvider, IConfigChangeListener, IDisposable
{
    /// <summary>Reloads are at least so far apart: a thousand changes in a second are four reloads.</summary>
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Guid, OrganizationCluster> _clusters = new();
    private readonly BackendOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<OrganizationBackends> _logger;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();

    private CancellationTokenSource _changed = new();
    private Snapshot _snapshot;
    private TaskCompletionSource _reload = NewReload();
    private long _reloadedAt;
    private bool _reloadIsDue;

    public OrganizationBackends(BackendOptions options, TimeProvider timeProvider, ILogger<OrganizationBackends> logger)
    {
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
        _snapshot = new Snapshot([], _changed.Token);
        _reloadedAt = timeProvider.GetTimestamp() - (long)(ReloadInterval.TotalSeconds * timeProvider.TimestampFrequency);
        _timer = timeProvider.CreateTimer(static state => ((OrganizationBackends)state!).Reload(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Completes when YARP has taken over the changes that it is told of next, or those that it is taking over now.</summary>
    public Task NextReload => Volatile.Read(ref _reload).Task;

    /// <summary>Whether the organization has a backend of its own, and which cluster that is.</summary>
    public bool TryGet(Guid organizationId, [NotNullWhen(true)] out OrganizationCluster? cluster) => _clusters.TryGetValue(organizationId, out cluster);

    /// <summary>Takes over everything: who is not among them has no backend of their own any more. What is unchanged costs nothing.</summary>
    public void Replace(IReadOnlyDictionary<Guid, OrganizationBackend> all)
    {
        var changed = false;
        foreach (var (organizationId, _) in _clusters)
        {
            changed |= !all.ContainsKey(organizationId) && _clusters.TryRemove(organizationId, out _);
        }

        foreach (var (organizationId, backend) in all)
        {
            changed |= Set(organizationId, backend);
        }

        ScheduleReloadIf(changed);
    }

    /// <summary>Takes over single changes; null means that the organization has no backend of its own any more.</summary>
    public void Apply(IEnumerable<KeyValuePair<Guid, OrganizationBackend?>> changes)
    {
        var changed = false;
        foreach (var (organizationId, backend) in changes)
        {
            changed |= backend is null ? _clusters.TryRemove(organizationId, out _) : Set(organizationId, backend);
        }

        ScheduleReloadIf(changed);
    }

    public IProxyConfig GetConfig() => Volatile.Read(ref _snapshot);

    public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception)
    {
        // Ours never fails, and the configured one keeps what was good.
    }

    public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
        // Loaded is not applied yet.
    }

    public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception) => ReloadFailed(exception);

    public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs) =>
        Interlocked.Exchange(ref _reload, NewReload()).TrySetResult();

    public void Dispose()
    {
        _timer.Dispose();
        _changed.Dispose();
    }

    private static TaskCompletionSource NewReload() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool Set(Guid organizationId, OrganizationBackend backend)
    {
        if (_clusters.TryGetValue(organizationId, out var current) && current.Backend == backend)
        {
            return false;
        }

        var cluster = OrganizationCluster.Create(organizationId, backend, _options, out var problem);
        if (problem is not null)
        {
            BackendIsUnusable(organizationId, problem);
        }

        _clusters[organizationId] = cluster;
        return true;
    }

    private void ScheduleReloadIf(bool changed)
    {
        if (!changed)
        {
            return;
        }

        lock (_gate)
        {
            if (_reloadIsDue)
            {
                return;
            }

            _reloadIsDue = true;
            var wait = ReloadInterval - _timeProvider.GetElapsedTime(_reloadedAt);
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>On the timer's thread: YARP reloads before this returns.</summary>
    private void Reload()
    {
        lock (_gate)
        {
            // From here on a change needs another reload: this one may have passed it by.
            _reloadIsDue = false;
        }

        var configs = new List<ClusterConfig>(_clusters.Count);
        foreach (var (_, cluster) in _clusters)
        {
            if (cluster.Config is { } config)
            {
                configs.Add(config);
            }
        }

        using var changed = Interlocked.Exchange(ref _changed, new CancellationTokenSource());
        Volatile.Write(ref _snapshot, new Snapshot(configs, _changed.Token));
        changed.Cancel();
        lock (_gate)
        {
            _reloadedAt = _timeProvider.GetTimestamp();
        }
    }

    [LoggerMessage(251, LogLevel.Error, "the backend of organization {OrganizationId} cannot be used, its requests are refused: {Problem}")]
    private partial void BackendIsUnusable(Guid organizationId, string problem);

    [LoggerMessage(252, LogLevel.Error, "routes and backends could not be taken over, the last ones stay")]
    private partial void ReloadFailed(Exception exception);

    /// <summary>The clusters of a moment; routes are the configuration's alone.</summary>
    private sealed class Snapshot(IReadOnlyList<ClusterConfig> clusters, CancellationToken changed) : IProxyConfig
    {
        public IReadOnlyList<RouteConfig> Routes => [];

        public IReadOnlyList<ClusterConfig> Clusters => clusters;

        public IChangeToken ChangeToken { get; } = new CancellationChangeToken(changed);
    }
}
