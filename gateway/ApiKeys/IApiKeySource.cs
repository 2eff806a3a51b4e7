using Gateway.ApiKeys.Memory;
using Gateway.Contracts.ApiKeys;

namespace Gateway.ApiKeys;

/// <summary>Where a key comes from that is not in memory.</summary>
internal interface IApiKeySource
{
    /// <summary>What is known of the hash, with the version of the configuration at that moment.</summary>
    /// <exception cref="ApiKeySourceUnavailableException">The question could not be answered.</exception>
    Task<KeyAnswer> ReadAsync(ApiKeyHash hash);
}

/// <summary>The truth about keys cannot be reached at the moment.</summary>
internal sealed class ApiKeySourceUnavailableException(Exception innerException)
    : Exception("API keys cannot be read at the moment.", innerException);
