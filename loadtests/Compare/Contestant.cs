using Gateway.LoadTests.Running;
using Gateway.LoadTests.Wire;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;

namespace Gateway.LoadTests.Compare;

/// <summary>Somebody who answers requests, with all that belongs to it alone.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Request">What it is sent.</param>
/// <param name="Processes">Its own, whose CPU and memory are its own.</param>
internal sealed record Contestant(string Name, WireRequest Request, IReadOnlyList<ChildProcess> Processes) : IAsyncDisposable
{
    // Nothing reads the lines of a comparison; a disk that they fill would end it.
    private const long LargestLog = 256 << 20;

    /// <summary>Its Redis, which nobody else asks; null where it has none.</summary>
    public RedisServer? Redis { get; init; }

    /// <summary>Where it tells what it has allocated; null where it does not.</summary>
    public string? MetricsUrl { get; init; }

    /// <summary>How long it took from the start of its process until it was ready; null where that was not looked at.</summary>
    public TimeSpan? ReadyAfter { get; init; }

    /// <summary>A log of its own beside the standard output of its processes; null for none.</summary>
    public string? AccessLog { get; init; }

    /// <summary>Whether its processes are there for others too, and stay when it goes.</summary>
    public bool IsShared { get; init; }

    /// <summary>CPU of its processes so far.</summary>
    public TimeSpan Time() => Processes.Aggregate(TimeSpan.Zero, static (sum, process) => sum + ProcessTimes.OfTree(process.Id));

    /// <summary>The most memory that its processes have had.</summary>
    public long PeakBytes() => Processes.Sum(static process => ProcessTimes.PeakBytesOfTree(process.Id));

    /// <summary>Empties logs that have become large. They are appended to, so what follows begins at the start.</summary>
    public void ShortenLogs()
    {
        foreach (var file in Processes.Select(static process => process.LogFile).Append(AccessLog))
        {
            if (file is not null && new FileInfo(file) is { Exists: true, Length: > LargestLog })
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                stream.SetLength(0);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in IsShared ? [] : Processes)
        {
            await process.DisposeAsync();
        }

        if (Redis is not null)
        {
            await Redis.DisposeAsync();
        }
    }
}
