using Gateway.ApiKeys;
using Gateway.ApiKeys.Memory;
using Gateway.ApiKeys.Synchronization;
using Gateway.Proxying.Backends;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks.Keys;

/// <summary>The gateway's own key store with its default settings.</summary>
internal static class KeyMemory
{
    private static readonly IConfiguration Defaults = new ConfigurationBuilder().Build();

    public static ApiKeyOptions Options { get; } = ApiKeyOptions.Read(Defaults);

    public static KeyTable NewTable() =>
        new(new OrganizationBackends(BackendOptions.Read(Defaults), TimeProvider.System, NullLogger<OrganizationBackends>.Instance));

    /// <param name="source">What is asked for keys that are not in memory; a benchmark that gets there measures the wrong thing.</param>
    /// <param name="table">The keys.</param>
    public static ApiKeyStore NewStore(IApiKeySource source, KeyTable table) => new(
        source, table, new UnknownKeys(Options, TimeProvider.System), new KeyFreshness(Options, TimeProvider.System), TimeProvider.System);
}
