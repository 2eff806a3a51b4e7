namespace Gateway.Contracts.ApiKeys;

/// <summary>Which of a customer's environments a key is for; it is the middle part of the key's prefix.</summary>
public enum ApiKeyEnvironment
{
    /// <summary><c>sk_live_…</c></summary>
    Live,

    /// <summary><c>sk_test_…</c></summary>
    Test,
}
