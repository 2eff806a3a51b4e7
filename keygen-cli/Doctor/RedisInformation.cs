using System.Globalization;

namespace Gateway.Keygen.Doctor;

/// <summary>What Redis says of itself in <c>INFO</c>.</summary>
/// <param name="Version">As it writes it.</param>
/// <param name="IsReplica">Whether it cannot be written to.</param>
/// <param name="EvictionPolicy"><c>maxmemory_policy</c>; <c>null</c> where it is not told.</param>
/// <param name="MaximumBytes">0 for no limit.</param>
/// <param name="UsedBytes">Of its data.</param>
internal sealed record RedisInformation(string Version, bool IsReplica, string? EvictionPolicy, long MaximumBytes, long UsedBytes)
{
    public static RedisInformation Parse(string information)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in information.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var separator)
            {
                fields[line[..separator]] = line[(separator + 1)..];
            }
        }

        return new RedisInformation(
            fields.GetValueOrDefault("redis_version", "(unknown version)"),
            fields.GetValueOrDefault("role") == "slave",
            fields.GetValueOrDefault("maxmemory_policy"),
            Number("maxmemory"),
            Number("used_memory"));

        long Number(string field) =>
            long.TryParse(fields.GetValueOrDefault(field), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
