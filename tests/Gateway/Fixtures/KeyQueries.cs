using System.Diagnostics;
using Gateway.Database;

namespace Gateway.Tests.Fixtures;

/// <summary>Counts the queries for single keys that this process sends to one database, by the driver's own tracing.</summary>
internal sealed class KeyQueries : IDisposable
{
    private readonly ActivityListener _listener;
    private int _count;

    public KeyQueries(string databaseUrl)
    {
        var database = DatabaseUrl.Parse(databaseUrl).Database;
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Npgsql",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                var tags = activity.TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value as string ?? "");
                if (tags.ContainsValue(database!) && tags.Values.Any(text => text.Contains("key.key_hash = ANY", StringComparison.Ordinal)))
                {
                    Interlocked.Increment(ref _count);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public int Count => Volatile.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
