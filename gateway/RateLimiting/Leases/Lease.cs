namespace Gateway.RateLimiting.Leases;

/// <summary>
/// Units that Redis has debited for this gateway ahead of time, of one generation. They may be spent until they lapse;
/// what became of them is told to Redis with the next call.
/// </summary>
internal struct Lease
{
    /// <summary>The generation that Redis counts it under.</summary>
    public long Generation { get; private set; }

    /// <summary>Units not spent yet.</summary>
    public long Left { get; private set; }

    /// <summary>Units spent that Redis has not been told of.</summary>
    public long Spent { get; private set; }

    /// <summary>
    /// When it lapses, on this gateway's clock, counted from when it was asked for: so it lapses here before it does in Redis.
    /// </summary>
    public long ValidUntil { get; private set; }

    /// <summary>A new lease.</summary>
    public static Lease Of(long generation, long units, long validUntil) =>
        new() { Generation = generation, Left = units, ValidUntil = validUntil };

    /// <summary>More of the same generation.</summary>
    public void Add(long units, long validUntil)
    {
        Left += units;
        ValidUntil = Math.Min(ValidUntil, validUntil);
    }

    /// <summary>Forgets what has lapsed. What was spent of it need not be told any more either.</summary>
    public void Expire(long now)
    {
        if (now >= ValidUntil)
        {
            Left = 0;
            Spent = 0;
        }
    }

    /// <summary>Sets as much of it aside as there is, up to that many units, until it is known whether they are spent.</summary>
    /// <returns>How many.</returns>
    public long Reserve(long units)
    {
        var reserved = Math.Min(units, Left);
        Left -= reserved;
        return reserved;
    }

    /// <summary>What was set aside is spent.</summary>
    public void Confirm(long units) => Spent += units;

    /// <summary>What was set aside is not spent after all.</summary>
    public void Release(long units) => Left += units;

    /// <summary>What has been spent since Redis was told last; it counts as told now.</summary>
    public long TakeSpent()
    {
        var spent = Spent;
        Spent = 0;
        return spent;
    }

    /// <summary>All that is left, to be given back.</summary>
    public long TakeLeft()
    {
        var left = Left;
        Left = 0;
        return left;
    }
}
