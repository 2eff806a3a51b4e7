namespace Gateway.Chaos.Plans;

/// <summary>
/// All faults of a campaign, from one number. Kinds are drawn from a bag that is refilled when it is empty, so that each
/// comes up; some faults follow another within a second, because double failures are where data is lost.
/// </summary>
internal static class FaultPlan
{
    /// <summary>Gateways, and usage-processors.</summary>
    public const int Instances = 2;

    private const double PartThatOverlaps = 0.35;
    private const double PartThatLastsLong = 0.2;
    private const double LongestPart = 0.25;

    private static readonly TimeSpan FirstAt = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Closely = TimeSpan.FromSeconds(0.8);
    private static readonly TimeSpan LongFreeze = TimeSpan.FromSeconds(25);

    // How often each is in the bag.
    private static readonly (FaultKind Kind, int Count)[] Bag =
    [
        (FaultKind.KillGateway, 4),
        (FaultKind.FreezeGateway, 2),
        (FaultKind.RestartGateway, 1),
        (FaultKind.KillProcessor, 3),
        (FaultKind.FreezeProcessor, 2),
        (FaultKind.RestartProcessor, 1),
        (FaultKind.KillBroker, 2),
        (FaultKind.FreezeBroker, 2),
        (FaultKind.RestartBroker, 1),
        (FaultKind.KillPostgres, 2),
        (FaultKind.FreezePostgres, 2),
        (FaultKind.RestartPostgres, 1),
        (FaultKind.KillRedis, 1),
        (FaultKind.FreezeRedis, 1),
        (FaultKind.FillDisk, 2),
        (FaultKind.FlipBits, 1),
        (FaultKind.ReplayMessages, 2),
        (FaultKind.LoseJournal, 1),
    ];

    public static IReadOnlyList<PlannedFault> Create(ChaosOptions options, Possibilities possible)
    {
        // Not for secrets: the same numbers again are what is wanted.
#pragma warning disable CA5394
        var random = new Random(options.Seed);
        var count = Math.Max(1, (int)Math.Round(options.FaultsPerMinute * options.Duration.TotalMinutes));
        var span = options.Duration - FirstAt - FirstAt;
        var times = Enumerable.Range(0, count).Select(_ => FirstAt + (span * random.NextDouble())).ToArray();
        for (var index = 1; index < count; index++)
        {
            if (random.NextDouble() < PartThatOverlaps)
            {
                times[index] = times[random.Next(index)] + (Closely * random.NextDouble());
            }
        }

        Array.Sort(times);
        var bag = new Queue<FaultKind>();
        return [.. times.Select((at, index) =>
        {
            if (bag.Count == 0)
            {
                Refill(bag, random, kind => possible.Allow(kind) && !options.Without.Contains(kind) && (options.LoseJournal || kind != FaultKind.LoseJournal));
            }

            var kind = bag.Dequeue();
            var fault = new PlannedFault(
                index + 1, Round(at), kind, random.Next(Instances), Round(Lasts(kind, random, options.Duration * LongestPart)), random.Next());

            // Not drawn: whatever is asked for, a seed means the same faults at the same times.
            return options.Brokers > 1 ? fault with { Broker = fault.Seed % options.Brokers } : fault;
        })];
    }

    private static void Refill(Queue<FaultKind> bag, Random random, Predicate<FaultKind> isAllowed)
    {
        var kinds = Bag.Where(entry => isAllowed(entry.Kind)).SelectMany(entry => Enumerable.Repeat(entry.Kind, entry.Count)).ToArray();
        random.Shuffle(kinds);
        Array.ForEach(kinds, bag.Enqueue);
    }

    private static TimeSpan Lasts(FaultKind kind, Random random, TimeSpan longest)
    {
        var (isLong, part) = (random.NextDouble() < PartThatLastsLong, random.NextDouble());
        var seconds = kind switch
        {
            FaultKind.RestartGateway or FaultKind.RestartProcessor or FaultKind.ReplayMessages => 0,
            FaultKind.FreezeGateway or FaultKind.FreezeProcessor or FaultKind.FreezeBroker or FaultKind.FreezePostgres or FaultKind.FreezeRedis =>
                isLong ? 10 + (15 * part) : 0.3 + (8 * part),
            FaultKind.FillDisk => 1 + (9 * part),
            FaultKind.FlipBits or FaultKind.LoseJournal => part,
            _ => isLong ? 5 + (15 * part) : 3 * part,
        };
        return TimeSpan.FromSeconds(Math.Min(Math.Min(seconds, LongFreeze.TotalSeconds), longest.TotalSeconds));
    }
#pragma warning restore CA5394

    private static TimeSpan Round(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Round(time.TotalMilliseconds / 100) * 100);
}
