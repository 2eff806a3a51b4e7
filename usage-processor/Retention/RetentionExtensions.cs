namespace Gateway.UsageProcessor.Retention;

/// <summary>Adds what drops raw rows that are old enough.</summary>
internal static class RetentionExtensions
{
    public static void AddRetention(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(RetentionOptions.Read(builder.Configuration));
        builder.Services.AddSingleton<RawUsageRetention>();
        builder.Services.AddHostedService<RetentionService>();
    }
}
