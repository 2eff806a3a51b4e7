using Gateway.Chaos.Faults;

namespace Gateway.Chaos.Checking;

/// <summary>What need not be stored although it was answered, and has to be missed for it.</summary>
internal sealed record Losses
{
    public static readonly Losses None = new();

    /// <summary>Bits that were flipped in journals.</summary>
    public IReadOnlyList<FlippedBit> FlippedBits { get; init; } = [];

    /// <summary>What waited in journals that were deleted.</summary>
    public IReadOnlyList<LostEvent> LostEvents { get; init; } = [];

    /// <summary>Whether gateways go on where they cannot meter.</summary>
    public bool MayBeUnmetered { get; init; }
}
