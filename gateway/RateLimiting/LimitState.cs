using System.Runtime.CompilerServices;
using Gateway.RateLimiting.Limits;

namespace Gateway.RateLimiting;

/// <summary>Where a limit stands after a decision.</summary>
/// <param name="Remaining">Whole units left.</param>
/// <param name="FullInMilliseconds">Until all of them are there again if nobody spends; of a quota, until the month ends.</param>
internal readonly record struct LimitState(long Remaining, long FullInMilliseconds);

/// <summary>One for each limit of a request, in place: a decision allocates nothing.</summary>
[InlineArray(RequestLimits.Maximum)]
internal struct LimitStates
{
    private LimitState _first;
}
