using System.Runtime.CompilerServices;
using Gateway.Proxying.Backends;
using Yarp.ReverseProxy.Model;

namespace Gateway.Proxying.Breakers;

/// <summary>The breaker of each destination that ever failed to answer; it goes with the destination. The others cost a look-up.</summary>
internal sealed partial class DestinationBreakers(BackendOptions options, TimeProvider timeProvider, ILogger<DestinationBreakers> logger)
{
    private readonly ConditionalWeakTable<DestinationState, DestinationBreaker> _breakers = [];
    private readonly ConditionalWeakTable<DestinationState, DestinationBreaker>.CreateValueCallback _create = destination => new DestinationBreaker(
        options,
        timeProvider,
        () => Opened(logger, destination.DestinationId),
        () => ClosedAgain(logger, destination.DestinationId));

    /// <summary>The breaker, or null while the destination has always answered.</summary>
    public DestinationBreaker? Find(DestinationState destination) => _breakers.TryGetValue(destination, out var breaker) ? breaker : null;

    public DestinationBreaker FindOrAdd(DestinationState destination) => _breakers.GetValue(destination, _create);

    /// <summary>Those that may be sent to: the same list as long as all may.</summary>
    public IReadOnlyList<DestinationState> WithoutOpen(IReadOnlyList<DestinationState> destinations)
    {
        for (var index = 0; index < destinations.Count; index++)
        {
            if (IsOpen(destinations[index]))
            {
                return Filter(destinations);
            }
        }

        return destinations;
    }

    private List<DestinationState> Filter(IReadOnlyList<DestinationState> destinations)
    {
        var usable = new List<DestinationState>(destinations.Count);
        foreach (var destination in destinations)
        {
            if (!IsOpen(destination))
            {
                usable.Add(destination);
            }
        }

        return usable;
    }

    private bool IsOpen(DestinationState destination) => Find(destination) is { IsOpen: true };

    [LoggerMessage(257, LogLevel.Warning, "destination {Destination} does not answer and is left alone for a while")]
    private static partial void Opened(ILogger logger, string destination);

    [LoggerMessage(258, LogLevel.Information, "destination {Destination} answers again")]
    private static partial void ClosedAgain(ILogger logger, string destination);
}
