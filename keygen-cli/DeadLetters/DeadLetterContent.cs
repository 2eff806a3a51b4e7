using System.Text.Json.Serialization;

namespace Gateway.Keygen.DeadLetters;

/// <summary>A dead letter with its bytes.</summary>
internal sealed record DeadLetterContent : DeadLetter
{
    /// <summary>As it came; base64 in JSON.</summary>
    [JsonPropertyName("keyBase64")]
    public byte[]? Key { get; init; }

    /// <summary>As it came; base64 in JSON.</summary>
    [JsonPropertyName("valueBase64")]
    public byte[]? Value { get; init; }
}
