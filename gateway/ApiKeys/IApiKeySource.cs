using Gateway.Contracts.ApiKeys;

namespace Gateway.ApiKeys;

/// <summary>Where keys come from.</summary>
internal interface IApiKeySource
{
    /// <summary>The key with that hash; null where there is none, or its organization is suspended.</summary>
    /// <exception cref="ApiKeySourceUnavailableException">The question could not be answered.</exception>
    Task<ApiKey?> ReadAsync(ApiKeyHash hash);
}

/// <summary>The truth about keys cannot be reached at the moment.</summary>
internal sealed class ApiKeySourceUnavailableException(Exception innerException)
    : Exception("API keys cannot be read at the moment.", innerException);
