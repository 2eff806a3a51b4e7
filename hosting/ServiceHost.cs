using Gateway.Hosting.Health;
using Gateway.Hosting.Kafka;
using Gateway.Hosting.Logging;
using Gateway.Hosting.Observability;
using Gateway.Hosting.Settings;
using Gateway.Hosting.Startup;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Gateway.Hosting;

/// <summary>What gateway and usage-processor have in common around their work: logs, health, waiting for servers, exit codes.</summary>
public static class ServiceHost
{
    private const int Failed = 1;
    private const int InvalidSettings = 2;

    /// <summary>How long a stopping process may take to finish requests and flush events.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A builder with configuration from <c>appsettings.json</c> beside the program, the environment and the arguments,
    /// logs as JSON lines on standard output, the management port, and the gate that waits for dependencies.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(string[] arguments, string service, MetricNames metrics, int defaultManagementPort)
    {
        Librdkafka.UseSystemLibrary();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            Args = arguments,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddSecretFiles();
        ManagementConnection.Listen(builder, ManagementOptions.Read(builder.Configuration, defaultManagementPort));
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ProcessOutcome>();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<DependencyGate>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<DependencyGate>());
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = ShutdownTimeout);
        builder.AddMetrics(new ServiceInstance(service, Guid.CreateVersion7()), metrics);
        builder.AddJsonLines();
        return builder;
    }

    /// <summary>
    /// Builds and runs the application until it is told to stop. Settings that make no sense end it with one line on
    /// standard error and exit code 2; a background service that dies ends it with exit code 1,
    /// one that stops it on purpose with that of <see cref="ProcessOutcome"/>.
    /// </summary>
    public static async Task<int> RunAsync(Func<WebApplication> build)
    {
        try
        {
            await using var application = build();
            var services = application.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToArray();
            var outcome = application.Services.GetRequiredService<ProcessOutcome>();
            await application.RunAsync();

            // The host has logged why and stopped, and would call that a success.
            return services.Any(static service => service.ExecuteTask is { IsFaulted: true }) ? Failed : outcome.ExitCode;
        }
        catch (SettingException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return InvalidSettings;
        }
        catch (InvalidOperationException exception) when (exception.InnerException is FormatException or OverflowException)
        {
            // The configuration binder: names the setting, what it was and what type it has to be.
            await Console.Error.WriteLineAsync(exception.Message);
            return InvalidSettings;
        }
        catch (IOException exception)
        {
            // Kestrel: the address is already in use, or not ours.
            await Console.Error.WriteLineAsync(exception.Message);
            return Failed;
        }
    }
}
