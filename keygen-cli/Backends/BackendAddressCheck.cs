using System.Net;
using System.Net.Sockets;
using Gateway.Contracts.Backends;
using Gateway.Keygen.Commands;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Backends;

/// <summary>
/// Refuses backends that lead to link-local addresses or a cloud's metadata service. The gateway looks again at
/// every connection: a name may lead elsewhere by then, or from there.
/// </summary>
internal static class BackendAddressCheck
{
    private static readonly TimeSpan LongestResolution = TimeSpan.FromSeconds(5);

    /// <summary>Looks where each address leads. A name that leads nowhere yet gets a warning: backends are often set before their DNS.</summary>
    /// <exception cref="CommandException">One is refused.</exception>
    public static async Task RequireAllowedAsync(Surroundings surroundings, IEnumerable<Uri> addresses, CancellationToken cancellationToken)
    {
        foreach (var address in addresses)
        {
            foreach (var target in await TargetsAsync(surroundings, address, cancellationToken))
            {
                if (MetadataAddress.Includes(target))
                {
                    throw new CommandException(
                        ExitCode.Usage,
                        $"{address.AbsoluteUri} leads to {target}, a link-local or metadata address that could give the machine's own credentials away; where it is meant, add --allow-link-local");
                }
            }
        }
    }

    private static async Task<IPAddress[]> TargetsAsync(Surroundings surroundings, Uri address, CancellationToken cancellationToken)
    {
        // Uri has turned 0xA9FEA9FE, 2852039166 and other spellings of an IPv4 address into the usual one, IdnHost those
        // of Unicode; a last dot, which DNS ignores, would hide an address from both.
        var host = address.IdnHost.TrimEnd('.');
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(LongestResolution);
        try
        {
            return await surroundings.ResolveAsync(host, deadline.Token);
        }
        catch (Exception exception) when (
            exception is SocketException or ArgumentException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var reason = exception is OperationCanceledException ? $"no answer in {LongestResolution.TotalSeconds} s" : exception.Message;
            await surroundings.Error.WriteLineAsync(
                $"keygen: warning: {Cell.ForPeople(host)} cannot be resolved here ({reason}), so nobody knows yet where it leads; gateways look when they connect.");
            return [];
        }
    }
}
