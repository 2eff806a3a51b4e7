namespace Gateway.UsageProcessor.DeadLetters;

/// <summary>Adds the dead-letter topic. The table is written with the batch, by <see cref="Storage.UsageStore"/>.</summary>
internal static class DeadLetterExtensions
{
    public static void AddDeadLetters(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(DeadLetterOptions.Read(builder.Configuration));
        builder.Services.AddSingleton<DeadLetterTopic>();
    }
}
