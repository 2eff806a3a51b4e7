using Gateway.Contracts.ApiKeys;

namespace Gateway.Keygen.Arguments;

/// <summary>What a key is for, as operators write it.</summary>
internal static class EnvironmentName
{
    public const string Live = "live";
    public const string Test = "test";

    /// <summary>Answers <c>null</c> for what is neither.</summary>
    public static ApiKeyEnvironment? TryParse(string text) => text switch
    {
        Live => ApiKeyEnvironment.Live,
        Test => ApiKeyEnvironment.Test,
        _ => null,
    };
}
