namespace Gateway.EndToEnd.Tests.Limits.Fleets;

/// <summary>An organization with keys and limits of its own.</summary>
internal sealed record LimitedCustomer(Guid OrganizationId, LimitedKey[] Keys, LimitRow[] Limits);

/// <summary>A key as clients send it.</summary>
internal sealed record LimitedKey(Guid Id, string Text);

/// <summary>A row of <c>rate_limit_configs</c>.</summary>
/// <param name="Period"><c>minute</c> or <c>day</c>.</param>
/// <param name="Limit">Units that flow in per period.</param>
/// <param name="Burst">Units that the bucket holds.</param>
internal sealed record LimitRow(string Period, long Limit, long Burst)
{
    // What refills less than this in a second gives no unit in a run.
    private const double NoticeableRate = 1 / 30.0;

    /// <summary>Where it limits one key: that key's index.</summary>
    public int? Key { get; init; }

    /// <summary>Where it limits one route: that route's index.</summary>
    public int? Route { get; init; }

    public double RatePerSecond => Limit / (Period == "day" ? 86_400.0 : 60.0);

    /// <summary>Whether a run is too short for anything to flow in.</summary>
    public bool HasNoRefill => RatePerSecond < NoticeableRate;

    /// <summary>Whether a request of that key over that route takes from it.</summary>
    public bool Covers(int key, int route) => (Key ?? key) == key && (Route ?? route) == route;

    /// <summary>Units that may get out in that time.</summary>
    /// <remarks>
    /// A millisecond more than was measured: the bucket reads a clock of whole milliseconds, so its time may begin
    /// up to one of them earlier.
    /// </remarks>
    public long MostIn(TimeSpan time) => Burst + (long)(RatePerSecond * (time.TotalSeconds + 0.001));

    public override string ToString() =>
        $"{Period}{(Key is { } key ? $" of key {key}" : "")}{(Route is { } route ? $" of route {FleetRoute.All[route].Name}" : "")} ({Limit} a {Period}, burst {Burst})";
}
