using Gateway.Hosting.Settings;

namespace Gateway.Draining;

/// <summary>How the gateway takes its leave (section <c>Shutdown</c>).</summary>
/// <param name="Time">
/// How long it goes on serving after it was told to stop, while <c>/health/ready</c> answers 503 (<c>DrainSeconds</c>, 5): as long
/// as load balancers may take to notice. After it nobody new is let in, and what is under way may finish.
/// </param>
internal sealed record DrainOptions(TimeSpan Time)
{
    private const string Section = "Shutdown";

    public static DrainOptions Read(IConfiguration configuration) => new(configuration.Seconds($"{Section}:DrainSeconds", 5, 0, 600));
}
