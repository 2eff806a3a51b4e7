using Gateway.Listening;
using Gateway.LocalStack.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.LoadTests.Compare;

/// <summary>
/// YARP with the gateway's settings file (route, cluster, log levels) and its Kestrel, and nothing else. It has the
/// gateway's runtime and socket settings, so the difference between the two is what we have added to YARP.
/// </summary>
internal static class BareProxy
{
    public const string Name = "bare-proxy";

    /// <summary>Serves until it is told to stop.</summary>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        SocketSettings.CompleteInline();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = Path.GetDirectoryName(Programs.Path("gateway")) });
        builder.Logging.ClearProviders();
        builder.AddListening(ListeningOptions.Read(builder.Configuration));
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
        await using var application = builder.Build();
        application.MapReverseProxy();
        await application.RunAsync(cancellationToken);
        return 0;
    }
}
