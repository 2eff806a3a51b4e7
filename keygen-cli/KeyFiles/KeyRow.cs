using Gateway.Contracts.ApiKeys;
using Gateway.Keygen.Arguments;

namespace Gateway.Keygen.KeyFiles;

/// <summary>One line of a file of keys, as far as it can be checked without the database.</summary>
/// <param name="Line">Where, from 1.</param>
/// <param name="Name">What the key is for.</param>
/// <param name="Organization">Whose; null: the one that the command line names.</param>
/// <param name="Environment">live or test.</param>
internal sealed record KeyRow(int Line, string Name, OrganizationReference? Organization, ApiKeyEnvironment Environment)
{
    public DateTimeOffset? ExpiresAt { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required IReadOnlyList<string> Networks { get; init; }
}
