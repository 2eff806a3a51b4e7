namespace Gateway.Chaos.Load;

/// <summary>What a client asks for. Which one it is follows from the seed and its number; the path is its alone.</summary>
internal sealed record PlannedRequest(int Number, string Method, string Path, int Customer, long Units, int UploadBytes, TimeSpan? AbortsAfter)
{
    /// <summary>Customers 0 and 1 have limits that nobody reaches.</summary>
    public const int LimitedCustomer = 2;

    /// <summary>Nobody: its key is unknown.</summary>
    public const int Stranger = 3;

    /// <summary>What requests over <see cref="CostlyPrefix"/> cost.</summary>
    public const long CostlyUnits = 3;

    /// <summary>Leads to a route of its own.</summary>
    public const string CostlyPrefix = "/costly";

    /// <summary>Whether the backend breaks its answer off.</summary>
    public bool IsBroken => Path.EndsWith("/broken", StringComparison.Ordinal);

    public static PlannedRequest Create(int seed, int number)
    {
        // Not for secrets.
#pragma warning disable CA5394
        var random = new Random(HashCode.Combine(seed, number));
        var behavior = random.Next(100) switch
        {
            < 56 => "ok",
            < 62 => "status-404",
            < 65 => "status-302",
            < 71 => "status-500",
            < 80 => $"slow-{random.Next(20, 1_500)}",
            < 87 => $"bytes-{random.Next(1, 500_000)}",
            < 90 => $"stream-{random.Next(500, 4_000)}",
            < 92 => "broken",
            _ => "upload",
        };
        var customer = random.Next(100) switch
        {
            < 45 => 0,
            < 80 => 1,
            < 98 => LimitedCustomer,
            _ => Stranger,
        };
        var isCostly = random.Next(10) == 0;
        var isUpload = behavior == "upload";
        return new PlannedRequest(
            number,
            isUpload ? "POST" : "GET",
            $"{(isCostly ? CostlyPrefix : string.Empty)}/r/{seed}/{number}/{behavior}",
            customer,
            isCostly ? CostlyUnits : 1,
            isUpload ? random.Next(1, 100_000) : 0,
            random.Next(25) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 400)) : null);
#pragma warning restore CA5394
    }
}
