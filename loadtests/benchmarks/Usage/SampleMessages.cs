using Gateway.Contracts.Usage;

namespace Gateway.Benchmarks.Usage;

/// <summary>Events as a usage-processor gets them: of a few organizations, no two alike.</summary>
internal static class SampleMessages
{
    private const int Organizations = 50;

    private static readonly Guid[] OrganizationIds = Array.ConvertAll(new int[Organizations], static _ => Guid.NewGuid());

    /// <summary>So many of them, as messages.</summary>
    public static byte[][] Mint(int count)
    {
        var source = $"gateway/{Guid.NewGuid()}";
        var messages = new byte[count][];
        for (var index = 0; index < count; index++)
        {
            var record = SampleRecord.Mint() with { Sequence = index + 1, OrganizationId = OrganizationIds[index % Organizations] };
            messages[index] = UsageEventJson.Serialize(record.ToEvent(source));
        }

        return messages;
    }
}
