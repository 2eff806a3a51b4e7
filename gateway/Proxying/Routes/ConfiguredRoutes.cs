using Gateway.Hosting.Settings;
using Gateway.Proxying.Backends;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Proxying.Routes;

/// <summary>
/// The routes and clusters of the configuration, for YARP. A change that makes no sense is logged and leaves the last good
/// ones in force. Handed on to YARP it would do more harm: YARP judges these and the organizations' clusters as one, so
/// no backend could change any more until somebody mends the file.
/// </summary>
internal sealed partial class ConfiguredRoutes : IProxyConfigProvider, IDisposable
{
    private readonly IConfiguration _configuration;
    private readonly BackendOptions _options;
    private readonly ICorsPolicyProvider _corsPolicies;
    private readonly ILogger<ConfiguredRoutes> _logger;
    private readonly IDisposable _subscription;
    private readonly Lock _gate = new();

    private Dictionary<string, string?> _values;
    private CancellationTokenSource _changed = new();
    private IProxyConfig _current;
    private volatile string? _brokenFile;

    public ConfiguredRoutes(
        IConfiguration configuration, BackendOptions options, ICorsPolicyProvider corsPolicies, ILogger<ConfiguredRoutes> logger)
    {
        _configuration = configuration;
        _options = options;
        _corsPolicies = corsPolicies;
        _logger = logger;
        _values = Values();
        _current = new Snapshot(RouteReader.Read(configuration, options, corsPolicies), _changed.Token);
        foreach (var source in configuration is IConfigurationBuilder builder ? builder.Sources.OfType<FileConfigurationSource>() : [])
        {
            source.OnLoadException = FileCannotBeLoaded;
        }

        _subscription = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    public IProxyConfig GetConfig() => Volatile.Read(ref _current);

    public void Dispose()
    {
        _subscription.Dispose();
        _changed.Dispose();
    }

    private Dictionary<string, string?> Values() =>
        _configuration.GetSection(RouteReader.Section).AsEnumerable().ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>.NET goes on as if a broken file were empty, so nothing may be believed until it can be read again.</summary>
    private void FileCannotBeLoaded(FileLoadExceptionContext context)
    {
        _brokenFile = context.Provider.Source.FileProvider?.GetFileInfo(context.Provider.Source.Path ?? string.Empty).PhysicalPath;
        FileIsBroken(context.Provider.Source.Path, context.Exception.Message);
    }

    private void Reload()
    {
        lock (_gate)
        {
            if (_brokenFile is { } path && !IsReadable(path))
            {
                return;
            }

            _brokenFile = null;
            var values = Values();
            if (values.Count == _values.Count && !values.Except(_values).Any())
            {
                return;
            }

            try
            {
                var routes = RouteReader.Read(_configuration, _options, _corsPolicies);
                using var changed = _changed;
                _changed = new CancellationTokenSource();
                Volatile.Write(ref _current, new Snapshot(routes, _changed.Token));
                _values = values;
                changed.Cancel();
                TakenOver(routes.Routes.Count, routes.Clusters.Count);
            }
            catch (SettingException exception)
            {
                NotTakenOver(exception.Message);
            }
        }
    }

    private static bool IsReadable(string path)
    {
        try
        {
            new ConfigurationBuilder().AddJsonFile(path).Build();
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return false;
        }
    }

    [LoggerMessage(250, LogLevel.Error, "the changed routes cannot be used, the last good ones stay: {Problem}")]
    private partial void NotTakenOver(string problem);

    [LoggerMessage(254, LogLevel.Error, "{File} cannot be read, the last good routes stay: {Problem}")]
    private partial void FileIsBroken(string? file, string problem);

    [LoggerMessage(255, LogLevel.Information, "took over {Routes} routes and {Clusters} clusters")]
    private partial void TakenOver(int routes, int clusters);

    private sealed class Snapshot(ProxyRoutes routes, CancellationToken changed) : IProxyConfig
    {
        public IReadOnlyList<RouteConfig> Routes => routes.Routes;

        public IReadOnlyList<ClusterConfig> Clusters => routes.Clusters;

        public IChangeToken ChangeToken { get; } = new CancellationChangeToken(changed);
    }
}
