using Gateway.Contracts.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.KeyFiles;

/// <summary>Turns a line's fields into a key, by the same rules as the options of <c>keygen create</c>.</summary>
internal sealed class KeyRowReader
{
    /// <summary>What a file may have, in any order.</summary>
    public static readonly string[] Columns = [Name, Organization, Environment, Expires, Scopes, Networks];

    private const string Name = "name";
    private const string Organization = "org";
    private const string Environment = "environment";
    private const string Expires = "expires";
    private const string Scopes = "scopes";
    private const string Networks = "networks";

    /// <summary>What decoding makes of bytes that are no text.</summary>
    private const char NotUtf8 = '\uFFFD';

    private readonly string[] _header;
    private readonly TimeProvider _clock;
    private readonly bool _hasOrganization;

    private KeyRowReader(string[] header, TimeProvider clock, bool hasOrganization)
    {
        _header = header;
        _clock = clock;
        _hasOrganization = hasOrganization;
    }

    /// <summary>Answers <c>null</c> and what is wrong where the first line is no header.</summary>
    /// <param name="fields">The first line.</param>
    /// <param name="clock">What durations count from.</param>
    /// <param name="hasOrganization">Whether lines may go without one.</param>
    /// <param name="problem">What is wrong.</param>
    public static KeyRowReader? TryCreate(IEnumerable<string> fields, TimeProvider clock, bool hasOrganization, out string? problem)
    {
        string[] header = [.. fields.Select(static field => field.Trim().ToLowerInvariant())];
        var unknown = Array.Find(header, static column => !Columns.Contains(column, StringComparer.Ordinal));
        problem = unknown is not null ? $"\"{Cell.ForPeople(unknown)}\" is no column; the first line names them: {string.Join(',', Columns)}, of which only {Name} is needed"
            : header.Distinct(StringComparer.Ordinal).Count() < header.Length ? "a column is there twice"
            : !header.Contains(Name, StringComparer.Ordinal) ? $"there is no column {Name}"
            : !hasOrganization && !header.Contains(Organization, StringComparer.Ordinal) ? $"there is no column {Organization}; name the organization there or with --org-id"
            : null;
        return problem is null ? new KeyRowReader(header, clock, hasOrganization) : null;
    }

    /// <summary>The key, or <c>null</c> and what is wrong with the line.</summary>
    public KeyRow? TryRead(int line, string[] fields, out string? problem)
    {
        if (fields.Length != _header.Length)
        {
            problem = $"it has {fields.Length} fields, and the first line has {_header.Length}";
            return null;
        }

        var (name, organizationText, environmentText, expiresText) = (Field(Name), Field(Organization), Field(Environment), Field(Expires));
        var organization = organizationText.Length == 0 ? null : OrganizationReference.TryParse(organizationText, out _);
        var environment = environmentText.Length == 0 ? ApiKeyEnvironment.Live : EnvironmentName.TryParse(environmentText);
        string? expiryProblem = null;
        var expires = expiresText.Length == 0 ? null : Expiry.TryParse(expiresText, _clock, out expiryProblem);
        var scopes = RestrictionList.TryParseScopes(List(Scopes), out var scopesProblem);
        var networks = RestrictionList.TryParseNetworks(List(Networks), out var networksProblem);

        // The first thing is enough: who mends it looks at the line.
        problem = Array.Exists(fields, static field => field.Contains(NotUtf8, StringComparison.Ordinal)) ? "it is not UTF-8"
            : DisplayName.Refuse(name) is { } nameProblem ? $"{Name} {nameProblem}"
            : organizationText.Length == 0 && !_hasOrganization ? $"{Organization} is empty, and there is no --org-id"
            : organizationText.Length > 0 && organization is null ? $"{Organization} {DisplayName.Refuse(organizationText)}"
            : environment is null ? $"{Environment} \"{environmentText}\" is neither {EnvironmentName.Live} nor {EnvironmentName.Test}"
            : expiryProblem is not null ? $"{Expires} \"{expiresText}\" {expiryProblem}"
            : scopesProblem is not null ? $"{Scopes}: {scopesProblem}"
            : networksProblem is not null ? $"{Networks}: {networksProblem}"
            : null;
        return problem is not null ? null : new KeyRow(line, name, organization, environment!.Value)
        {
            ExpiresAt = expires,
            Scopes = scopes!,
            Networks = networks!,
        };

        string Field(string column) => Array.IndexOf(_header, column) is >= 0 and var index ? fields[index].Trim() : string.Empty;

        // None of the separators can be in a scope or a network.
        string[] List(string column) => Field(column).Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries);
    }
}
