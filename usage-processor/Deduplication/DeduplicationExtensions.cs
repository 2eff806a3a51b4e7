namespace Gateway.UsageProcessor.Deduplication;

/// <summary>Adds the memory of what was stored lately.</summary>
internal static class DeduplicationExtensions
{
    public static void AddDeduplication(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(DeduplicationOptions.Read(builder.Configuration));
        builder.Services.AddSingleton<DeduplicationWindow>();
    }
}
