using Gateway.Keygen.Arguments;

namespace Gateway.Keygen.Changes;

/// <summary>Who makes a change, and whether it is meant.</summary>
/// <param name="Said">Who says to make it; null where nobody was named.</param>
/// <param name="IsDryRun">Whether only to say what would be changed.</param>
internal sealed record ChangeTerms(string? Said, bool IsDryRun)
{
    /// <summary>
    /// What the audit log says of who did it: without a name, whom the operating system knows, before they became root.
    /// The environment is as easy to change as <c>--as</c>; what PostgreSQL says of its user is in the log besides.
    /// </summary>
    public string Actor(Surroundings surroundings)
    {
        string?[] names = [Said, surroundings.Variable("SUDO_USER"), surroundings.Variable("USER"), surroundings.SystemUser];
        return Array.Find(names, static name => name is not null && DisplayName.Refuse(name) is null) ?? "unknown";
    }
}
