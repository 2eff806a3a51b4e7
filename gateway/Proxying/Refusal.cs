using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Proxying;

/// <summary>Says of a request, in YARP's words, that there was nothing to send it to. <see cref="BackendResultMiddleware"/> answers it.</summary>
internal sealed class Refusal : IForwarderErrorFeature
{
    private static readonly Refusal Instance = new();

    private Refusal()
    {
    }

    public ForwarderError Error => ForwarderError.NoAvailableDestinations;

    public Exception? Exception => null;

    public static Task RefuseAsync(HttpContext context)
    {
        context.Features.Set<IForwarderErrorFeature>(Instance);
        return Task.CompletedTask;
    }
}
