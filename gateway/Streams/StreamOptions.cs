using Gateway.Hosting.Settings;

namespace Gateway.Streams;

/// <summary>When WebSockets, server-sent events and gRPC calls are ended by us (section <c>Streams</c>). Other requests never are.</summary>
/// <param name="CloseOnRevocation">
/// Whether they are closed when their key stops working (<c>CloseOnRevocation</c>, true): revoked, expired, or its organization
/// suspended. Within a second, because keys are looked up anew every <see cref="CheckInterval"/>.
/// </param>
/// <param name="DrainTime">
/// How long they may go on once the gateway lets nobody new in (<c>DrainSeconds</c>, 10). They have no end of their own, and the
/// events of all requests must be delivered before the process has to be gone.
/// </param>
/// <param name="IdleTimeout">How long nothing may go over one in either direction (<c>IdleSeconds</c>, 3,600).</param>
internal sealed record StreamOptions(bool CloseOnRevocation, TimeSpan DrainTime, TimeSpan IdleTimeout)
{
    private const string Section = "Streams";

    /// <summary>A look-up of a key in memory costs nothing worth mentioning: 10,000 streams are 40,000 a second.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(250);

    public static StreamOptions Read(IConfiguration configuration) => new(
        configuration.Flag($"{Section}:CloseOnRevocation", defaultValue: true),
        configuration.Seconds($"{Section}:DrainSeconds", 10, 0, 25),
        configuration.Seconds($"{Section}:IdleSeconds", 3_600, 1, 604_800));
}
