using System.Net.Http.Headers;
using Gateway.LocalStack.Up;

namespace Gateway.LocalStack.Demo;

/// <summary>An organization with a key of its own, and what its client gets.</summary>
internal sealed class Customer(Guid organization, string key, HttpClient client)
{
    public Guid Organization { get; } = organization;

    public ClientTally Tally { get; } = new();

    /// <summary>Makes the organization with its limits and a key, as an operator would.</summary>
    public static async Task<Customer> CreateAsync(
        KeygenTool keygen, HttpClient client, string name, IReadOnlyList<string> limits, CancellationToken cancellationToken)
    {
        var organization = await keygen.RunAsync(["org", "create", name], cancellationToken);

        // A gateway that was killed a while ago, and never confirms anything, is no reason to fail.
        await keygen.RunAsync(["limits", "set", "--org-id", organization, "--wait", "0", .. limits], cancellationToken);
        var key = await keygen.RunAsync(["create", "--org-id", organization, "--name", "dev demo"], cancellationToken);
        return new Customer(Guid.Parse(organization), key, client);
    }

    public async Task SendAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await client.SendAsync(request, cancellationToken);
        Tally.Add(response);
    }
}
