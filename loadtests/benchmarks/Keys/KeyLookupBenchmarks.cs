using BenchmarkDotNet.Attributes;
using Gateway.ApiKeys;
using Gateway.ApiKeys.Memory;
using Gateway.Contracts.ApiKeys;
using Gateway.Organizations;
using Gateway.RateLimiting.Limits;

namespace Gateway.Benchmarks.Keys;

/// <summary>What the check of a key costs a request: checksum, SHA-256, and finding it among all others in memory.</summary>
[InProcess]
[MemoryDiagnoser]
public class KeyLookupBenchmarks
{
    private const int Asked = 4_096;
    private const int KeysAnOrganization = 100;
    private const int Batch = 1_000;

    private readonly string[] _asked = new string[Asked];
    private readonly ApiKeyHash[] _askedHashes = new ApiKeyHash[Asked];
    private ApiKeyStore _store = null!;
    private int _next;

    /// <summary>How many keys are in memory.</summary>
    [Params(1_000, 1_000_000)]
    public int Keys { get; set; }

    /// <summary>Puts them there.</summary>
    [GlobalSetup]
    public void Fill()
    {
        var table = KeyMemory.NewTable();
        var every = Math.Max(1, Keys / Asked);
        var asked = 0;
        table.BeginRefresh();
        table.RefreshFrom(version: 1);
        for (var first = 0; first < Keys; first += Batch)
        {
            List<OrganizationTerms> organizations = [];
            List<ApiKeyRow> rows = [];
            for (var index = first; index < first + Batch; index++)
            {
                if (index % KeysAnOrganization == 0)
                {
                    organizations.Add(new OrganizationTerms(
                        Guid.NewGuid(), version: 1, isActive: true, new OrganizationLimits(new LimitTerms(new BucketSize(600, 600)), new LimitTerms(new BucketSize(100_000, 100_000))), backend: null));
                }

                var key = ApiKeyFormat.Generate(ApiKeyEnvironment.Live);
                var hash = ApiKeyHash.Of(key);
                rows.Add(new ApiKeyRow(hash, Guid.NewGuid(), organizations[^1].OrganizationId, 1, IsUsable: true, ApiKeyRow.Never, Restrictions: null));
                if (index % every == 0 && asked < Asked)
                {
                    (_asked[asked], _askedHashes[asked]) = (key, hash);
                    asked++;
                }
            }

            table.Refresh(organizations, rows);
        }

        table.EndRefresh();
        for (var index = asked; index < Asked; index++)
        {
            (_asked[index], _askedHashes[index]) = (_asked[index % asked], _askedHashes[index % asked]);
        }

        _store = KeyMemory.NewStore(new NoSource(), table);
    }

    /// <summary>Finding it, when the hash is there.</summary>
    [Benchmark]
    public bool LookUp() => _store.TryFindInMemory(_askedHashes[Next()], out _);

    /// <summary>The whole check, from the text of the header.</summary>
    [Benchmark]
    public bool ChecksumHashAndLookUp()
    {
        var key = _asked[Next()];
        return ApiKeyFormat.IsWellFormed(key) && _store.TryFindInMemory(ApiKeyHash.Of(key), out _);
    }

    private int Next() => _next = (_next + 1) % Asked;

    private sealed class NoSource : IApiKeySource
    {
        public Task<KeyAnswer> ReadAsync(ApiKeyHash hash) => throw new InvalidOperationException("Every key of this benchmark is in memory.");
    }
}
