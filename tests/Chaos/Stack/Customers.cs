using Gateway.Chaos.Load;
using Gateway.Contracts.ApiKeys;
using Gateway.LocalStack.Processes;

namespace Gateway.Chaos.Stack;

/// <summary>Who the load comes from: two organizations whose limits nobody reaches, one that is over its limits all the time, and a stranger.</summary>
/// <param name="Organizations">Of customers 0, 1 and <see cref="PlannedRequest.LimitedCustomer"/>.</param>
/// <param name="Keys">Of the same, and of the stranger.</param>
internal sealed record Customers(IReadOnlyList<Guid> Organizations, IReadOnlyList<string> Keys)
{
    private const string Unreachable = "1000000000";
    private const string Tight = "300";

    public static async Task<Customers> CreateAsync(IReadOnlyDictionary<string, string?> environment)
    {
        var customers = await Task.WhenAll(
            CreateAsync(environment, "First Ltd", Unreachable),
            CreateAsync(environment, "Second Ltd", Unreachable),
            CreateAsync(environment, "Limited Ltd", Tight));
        return new Customers(
            Array.ConvertAll(customers, static customer => customer.Organization),
            [.. customers.Select(static customer => customer.Key), ApiKeyFormat.Generate(ApiKeyEnvironment.Live)]);
    }

    private static async Task<(Guid Organization, string Key)> CreateAsync(
        IReadOnlyDictionary<string, string?> environment, string name, string perMinute)
    {
        var organization = await KeygenAsync(environment, "org", "create", name);
        var key = await KeygenAsync(environment, "create", "--org-id", organization, "--name", "chaos");
        await KeygenAsync(environment, "limits", "set", "--org-id", organization, "--per-minute", perMinute, "--per-day", Unreachable);
        return (Guid.Parse(organization), key);
    }

    private static Task<string> KeygenAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        Programs.ReadAsync("keygen", arguments, environment);
}
