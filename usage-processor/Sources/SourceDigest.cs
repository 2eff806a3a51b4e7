using System.Runtime.InteropServices;
using Gateway.UsageProcessor.Consuming;

namespace Gateway.UsageProcessor.Sources;

/// <summary>What a batch tells of the sources in it.</summary>
internal static class SourceDigest
{
    /// <summary>One entry a source, in no order. Dead letters say nothing here: nobody vouches for what they claim to be.</summary>
    public static IReadOnlyCollection<SourceNews> Of(IReadOnlyList<ReceivedMessage> messages)
    {
        var sources = new Dictionary<string, SourceNews>(StringComparer.Ordinal);
        foreach (var message in messages)
        {
            if (message.Event is { } usageEvent)
            {
                NewsOf(usageEvent.Source).Add(usageEvent);
            }
            else if (message.Heartbeat is { } heartbeat)
            {
                NewsOf(heartbeat.Source).Add(heartbeat);
            }
        }

        return sources.Values;

        SourceNews NewsOf(string source) =>
            CollectionsMarshal.GetValueRefOrAddDefault(sources, source, out _) ??= new SourceNews(source);
    }
}
