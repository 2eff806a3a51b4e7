namespace Gateway.LoadTests.Running;

/// <summary>The answers of one second.</summary>
/// <param name="Second">Which, from the begin of the run on.</param>
/// <param name="Requests">How many ended in it.</param>
/// <param name="Failed">Of these, not as expected.</param>
/// <param name="P50">Milliseconds; null where there are none.</param>
/// <param name="P99">Likewise.</param>
/// <param name="Maximum">Likewise.</param>
internal readonly record struct IntervalStats(int Second, long Requests, long Failed, double? P50, double? P99, double? Maximum);
