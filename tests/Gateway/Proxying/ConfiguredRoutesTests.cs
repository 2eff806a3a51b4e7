using System.Collections.Concurrent;
using Gateway.Cors;
using Gateway.Proxying.Backends;
using Gateway.Proxying.Routes;
using Gateway.Testing;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Proxying;

public sealed class ConfiguredRoutesTests
{
    private static readonly BrowserPolicies NoCors = new(new Dictionary<string, CorsPolicy>());

    private const int FileIsBroken = 254;
    private const int NotTakenOver = 250;

    [Fact]
    public async Task Settings_file_that_breaks_and_is_mended_takes_effect_only_when_mended()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Combine("appsettings.json");
        await WriteAsync(file, Routes("default"));
        using var configuration = new ConfigurationManager();
        configuration.AddJsonFile(file, optional: false, reloadOnChange: true);
        var log = new EventLog();
        using var routes = new ConfiguredRoutes(configuration, BackendOptions.Read(configuration), NoCors, log);
        var first = routes.GetConfig();

        await WriteAsync(file, "{ \"ReverseProxy\": ");
        await Eventually.IsTrueAsync(() => Task.FromResult(log.Events.Contains(FileIsBroken)), "an error for the broken file");
        Assert.Same(first, routes.GetConfig());

        await WriteAsync(file, Routes("typo"));
        await Eventually.IsTrueAsync(() => Task.FromResult(log.Events.Contains(NotTakenOver)), "an error for the unknown cluster");
        Assert.Same(first, routes.GetConfig());
        Assert.False(first.ChangeToken.HasChanged);

        await WriteAsync(file, Routes("default").Replace("/{**all}", "/v2/{**all}", StringComparison.Ordinal));
        await Eventually.EqualsAsync("/v2/{**all}", () => Task.FromResult(routes.GetConfig().Routes[0].Match.Path));

        // YARP is told a moment after there is something to see.
        await Eventually.IsTrueAsync(() => Task.FromResult(first.ChangeToken.HasChanged), "YARP is told");
    }

    [Fact]
    public void Change_of_another_setting_reloads_no_route()
    {
        using var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ReverseProxy:Routes:default:ClusterId"] = "default",
            ["ReverseProxy:Routes:default:Match:Path"] = "{**path}",
            ["ReverseProxy:Clusters:default:Destinations:default:Address"] = "http://127.0.0.1:9000/",
        });
        using var routes = new ConfiguredRoutes(configuration, BackendOptions.Read(configuration), NoCors, new EventLog());
        var first = routes.GetConfig();

        configuration["Logging:LogLevel:Default"] = "Debug";
        ((IConfigurationRoot)configuration).Reload();

        Assert.Same(first, routes.GetConfig());
    }

    private static string Routes(string cluster) =>
        """
        {"ReverseProxy": {
          "Routes": {"default": {"ClusterId": "CLUSTER", "Match": {"Path": "/{**all}"}}},
          "Clusters": {"default": {"Destinations": {"default": {"Address": "http://127.0.0.1:9000/"}}}}
        }}
        """.Replace("CLUSTER", cluster, StringComparison.Ordinal);

    private static async Task WriteAsync(string file, string text)
    {
        await File.WriteAllTextAsync(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }

    private sealed class EventLog : ILogger<ConfiguredRoutes>
    {
        public ConcurrentQueue<int> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Events.Enqueue(eventId.Id);
    }
}
