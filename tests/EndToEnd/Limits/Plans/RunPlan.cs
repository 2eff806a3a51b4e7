using Gateway.EndToEnd.Tests.Limits.Fleets;

namespace Gateway.EndToEnd.Tests.Limits.Plans;

/// <summary>
/// What one run does, all of it from one number: an organization with random limits, and a random load on it over some
/// of the gateways. The same seed is the same plan; what the machine makes of it differs each time.
/// </summary>
internal sealed record RunPlan(int Seed, int Keys, int Routes, LimitRow[] Limits, int[] Gateways, LoadPhase[] Phases)
{
    private const long Unlimited = 1_000_000_000_000;
    private const int LargestBurst = 3_000;
    private const int LargestExactBurst = 1_000;
    private const int LargestPerMinute = 600_000;
    private const int LargestConcurrency = 64;
    private const int LargestPace = 3_000;
    private const double ShortestSeconds = 0.5;
    private const double LongestSeconds = 2;

    /// <summary>
    /// A limit into which nothing flows during the run, and the requests that no other limit can keep from it: with them
    /// all that it holds gets out, so what gets out is not bounded only but known, to the unit. That others refuse some
    /// of its requests meanwhile must not cost it anything.
    /// </summary>
    public ExactLimit? Exact
    {
        get
        {
            foreach (var limit in Limits.Where(limit => limit.HasNoRefill))
            {
                for (var key = 0; key < Keys; key++)
                {
                    var route = Array.FindIndex(FleetRoute.All, route => route.Units == 1 && IsLimitedBy(limit, key, Array.IndexOf(FleetRoute.All, route)));
                    if (route >= 0)
                    {
                        return new ExactLimit(limit, key, route);
                    }
                }
            }

            return null;
        }
    }

    /// <param name="seed">What everything follows from.</param>
    /// <param name="gateways">How many the fleet has.</param>
    public static RunPlan Create(int seed, int gateways)
    {
        // Not for secrets: the same numbers again are what is wanted.
#pragma warning disable CA5394
        var random = new Random(seed);
        var keys = random.Next(1, 4);
        var limits = CreateLimits(random, keys);
        var used = Enumerable.Range(0, gateways).ToArray();
        random.Shuffle(used);
        used = used[..random.Next(Math.Min(2, gateways), gateways + 1)];
        var phases = new List<LoadPhase>();
        var left = ShortestSeconds + (random.NextDouble() * (LongestSeconds - ShortestSeconds));
        while (left > 0)
        {
            var duration = Math.Min(left, 0.05 + (random.NextDouble() * 0.6));
            phases.Add(CreatePhase(random, TimeSpan.FromSeconds(duration), used));
            left -= duration;
        }

        return new RunPlan(seed, keys, random.Next(1, FleetRoute.All.Length + 1), limits, used, [.. phases]);
    }

    public override string ToString() => $"seed {Seed}: {Keys} keys; {string.Join(", ", Limits.AsEnumerable())}; {string.Join(", ", Phases.AsEnumerable())}";

    private bool IsLimitedBy(LimitRow only, int key, int route) =>
        only.Covers(key, route) && Limits.All(limit => limit == only || limit.Limit == Unlimited || !limit.Covers(key, route));

    private static LimitRow[] CreateLimits(Random random, int keys)
    {
        var none = new LimitRow("day", Unlimited, Unlimited);
        var exact = new LimitRow("day", 1, Spread(random, LargestExactBurst));
        var day = new LimitRow("day", Spread(random, LargestPerMinute) * 1_440, Spread(random, LargestBurst));
        var minute = CreateMinute(random);
        List<LimitRow> limits = random.Next(4) switch
        {
            0 => [none with { Period = "minute" }, exact],
            1 => [none with { Period = "minute" }, day],
            2 => [minute, none],
            _ => [minute, random.Next(2) == 0 ? exact : day],
        };
        for (var key = 0; key < keys; key++)
        {
            if (random.Next(3) == 0)
            {
                limits.Add(CreateMinute(random) with { Key = key });
            }
        }

        if (random.Next(3) == 0)
        {
            limits.Add(CreateMinute(random) with { Route = random.Next(FleetRoute.All.Length) });
        }

        return [.. limits];
    }

    private static LimitRow CreateMinute(Random random) => new("minute", Spread(random, LargestPerMinute), Spread(random, LargestBurst));

    private static LoadPhase CreatePhase(Random random, TimeSpan duration, int[] gateways)
    {
        int[] chosen = random.Next(2) == 0 ? gateways : [gateways[random.Next(gateways.Length)]];
        var concurrency = (int)Spread(random, LargestConcurrency);
        return random.Next(6) switch
        {
            0 => new LoadPhase(duration, Concurrency: 0, RequestsPerSecond: null, chosen),
            1 or 2 => new LoadPhase(duration, concurrency, (int)Spread(random, LargestPace), chosen),
            _ => new LoadPhase(duration, concurrency, RequestsPerSecond: null, chosen),
        };
    }

    // From 1 to the largest, small ones as likely as large ones.
    private static long Spread(Random random, int largest) => (long)Math.Exp(random.NextDouble() * Math.Log(largest + 1));
#pragma warning restore CA5394
}

/// <summary>A limit of which is known what gets out.</summary>
/// <param name="Limit">Its burst, all of it.</param>
/// <param name="Key">A key whose requests only this limit can refuse,</param>
/// <param name="Route">over this route.</param>
internal sealed record ExactLimit(LimitRow Limit, int Key, int Route);
