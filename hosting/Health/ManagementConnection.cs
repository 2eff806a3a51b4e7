using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gateway.Hosting.Health;

/// <summary>Marks the connections that came in on the management port, so that a pipeline can tell them from customers'.</summary>
public sealed class ManagementConnection
{
    private static readonly ManagementConnection Instance = new();

    private ManagementConnection()
    {
    }

    /// <summary>Whether the request came in on the management port.</summary>
    public static bool Carries(HttpContext context) => context.Features.Get<ManagementConnection>() is not null;

    /// <summary>Makes Kestrel listen there too.</summary>
    public static void Listen(WebApplicationBuilder builder, ManagementOptions options) =>
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Address, options.Port, listen =>
            listen.Use(static next => connection =>
            {
                connection.Features.Set(Instance);
                return next(connection);
            })));
}
