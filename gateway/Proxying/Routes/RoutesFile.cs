using System.Text;
using Gateway.Hosting.Settings;

namespace Gateway.Proxying.Routes;

/// <summary>
/// A file with a section <c>ReverseProxy</c> that may change while the gateway runs, named by <c>Proxy:RoutesFile</c>. Its
/// values go before those of <c>appsettings.json</c> and behind those of the environment and the arguments. It is read
/// again and again instead of watched: mounted volumes and ConfigMaps do not tell of changes.
/// </summary>
internal sealed class RoutesFile(string path) : IConfigurationSource
{
    private const string Setting = "Proxy:RoutesFile";

    private RoutesFileValues _values = new(path);

    public string Path => path;

    /// <summary>Adds the file where one is named.</summary>
    /// <exception cref="SettingException">It cannot be read, or is no JSON.</exception>
    public static RoutesFile? AddTo(ConfigurationManager configuration)
    {
        if (configuration[Setting] is not { Length: > 0 } path)
        {
            return null;
        }

        var file = new RoutesFile(System.IO.Path.GetFullPath(path));
        if (file._values.TryRead() is { } problem)
        {
            throw new SettingException(Setting, $"\"{path}\" {problem}; allowed is a JSON file with a section ReverseProxy");
        }

        IList<IConfigurationSource> sources = configuration.Sources;
        var last = sources.Count - 1;
        while (last >= 0 && sources[last] is not FileConfigurationSource)
        {
            last--;
        }

        sources.Insert(last + 1, file);
        return file;
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        // A builder that gets one more source builds all of them again, and throws away those that it had.
        _values = new RoutesFileValues(path);
        _values.TryRead();
        return _values;
    }

    /// <summary>Takes over what has changed; says once what is wrong when that cannot be read, and keeps what was good.</summary>
    public string? Refresh() => _values.Refresh();

    private sealed class RoutesFileValues(string path) : ConfigurationProvider
    {
        private readonly Lock _gate = new();
        private string? _text;
        private string? _lastProblem;

        public string? TryRead() => TryRead(out _);

        public string? Refresh()
        {
            lock (_gate)
            {
                var problem = TryRead(out var changed);
                if (changed)
                {
                    OnReload();
                }

                var isNew = problem != _lastProblem;
                _lastProblem = problem;
                return isNew ? problem : null;
            }
        }

        private string? TryRead(out bool changed)
        {
            changed = false;
            try
            {
                var text = File.ReadAllText(path);
                if (text == _text)
                {
                    return null;
                }

                using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
                var values = new ConfigurationBuilder().AddJsonStream(stream).Build();
                Data = values.AsEnumerable().Where(static pair => pair.Value is not null)
                    .ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.OrdinalIgnoreCase);
                _text = text;
                changed = true;
                return null;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return "cannot be read";
            }
            catch (Exception exception) when (exception is FormatException or System.Text.Json.JsonException or InvalidDataException)
            {
                return "is no JSON";
            }
        }
    }
}
