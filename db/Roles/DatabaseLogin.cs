namespace Gateway.Database.Roles;

/// <summary>A user that a program connects as.</summary>
/// <param name="Role">Whose member it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Password">Its password.</param>
public sealed record DatabaseLogin(DatabaseRole Role, string Name, string Password)
{
    /// <summary>User and password of a URL that a program is given: they are set here and nowhere else, so they cannot differ.</summary>
    /// <exception cref="FormatException">It is no such URL, or has no user or password. The message repeats nothing of it.</exception>
    public static DatabaseLogin OfUrl(DatabaseRole role, string url)
    {
        var connection = DatabaseUrl.Parse(url);
        if (string.IsNullOrEmpty(connection.Username) || string.IsNullOrEmpty(connection.Password))
        {
            throw new FormatException("has no user or no password; allowed is postgresql://user:password@host:port/database");
        }

        return DatabaseRole.All.Any(known => known.Name == connection.Username)
            ? throw new FormatException("has the role itself as its user; choose a user of another name, which becomes its member")
            : new DatabaseLogin(role, connection.Username, connection.Password);
    }

    /// <summary>Without the password, which a record would print.</summary>
    public override string ToString() => $"{Name} ({Role.Name})";
}
