namespace Gateway.Draining;

/// <summary>Adds the time between being told to stop and stopping.</summary>
internal static class DrainExtensions
{
    public static void AddDraining(this WebApplicationBuilder builder)
    {
        var options = DrainOptions.Read(builder.Configuration);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<DrainService>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<DrainService>());

        // What comes after draining has as much time as it would have without.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout += options.Time);
    }
}
