using Gateway.LoadTests.Running;
using Gateway.LoadTests.Stack;

namespace Gateway.LoadTests.Scenarios;

/// <summary>Where load goes.</summary>
/// <param name="Url">Of the gateway.</param>
/// <param name="Key">Of a customer whose limits nobody reaches.</param>
/// <param name="Client">Sends.</param>
/// <param name="Stack">What was started for this run; null where a gateway runs already.</param>
internal sealed record LoadTarget(Uri Url, string Key, LoadClient Client, LoadStack? Stack)
{
    /// <summary>A scenario's way to send: GET that path as that customer.</summary>
    public Func<long, CancellationToken, Task<Response>> Get(string path) => Client.Get(new Uri(Url, path), Key);
}
