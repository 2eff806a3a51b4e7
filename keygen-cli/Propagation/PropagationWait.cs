using System.Text.Json.Serialization.Metadata;

namespace Gateway.Keygen.Propagation;

/// <summary>How gateways are waited for after a change, and how that is told.</summary>
/// <param name="AtMost">How long; nothing where nobody wants to.</param>
/// <param name="Json">Whether what was changed is printed as JSON, with the gateways as its last field.</param>
internal sealed record PropagationWait(TimeSpan AtMost, bool Json)
{
    /// <summary>What a change ends with: waits, says how far it has come, and prints it where it is to be JSON.</summary>
    /// <param name="surroundings">Where to print.</param>
    /// <param name="watch">On the change.</param>
    /// <param name="done">What was done: "revoked".</param>
    /// <param name="changed">What there is now.</param>
    /// <param name="type">Its shape as JSON.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync<T>(
        Surroundings surroundings, PropagationWatch watch, string done, T changed, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var report = await watch.WaitAsync(AtMost, cancellationToken);
        var exitCode = await PropagationOutput.WriteAsync(surroundings, done, report);
        if (Json)
        {
            await PropagationOutput.WriteJsonAsync(surroundings, changed, type, report);
        }

        return exitCode;
    }
}
