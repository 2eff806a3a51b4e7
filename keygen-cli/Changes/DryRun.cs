using System.Text.Json.Serialization;

namespace Gateway.Keygen.Changes;

/// <summary>What <c>--dry-run --json</c> begins with; what would be changed follows, as entries of the audit log.</summary>
internal sealed record DryRun([property: JsonPropertyName("dryRun")] bool IsDryRun)
{
    /// <summary>The name of what follows.</summary>
    public const string Changes = "changes";
}
