using System.Security.Cryptography;

namespace Gateway.LocalStack.Up;

/// <summary>
/// The database users of the programs, each of its own role and with a password of its own that every start makes anew. A program
/// gets its URL as a file, as in production.
/// </summary>
/// <param name="folder">Where the files are; nobody else can read them.</param>
/// <param name="address"><c>host:port/database</c>.</param>
internal sealed class LocalUsers(string folder, string address)
{
    public const string Gateway = "service";
    public const string Processor = "processor";
    public const string Keygen = "operator";
    private const string Grafana = "reporting";
    private const int PasswordBytes = 16;

    private readonly Dictionary<string, string> _urls = ((string[])[Gateway, Processor, Keygen, Grafana]).ToDictionary(
        static role => role,
        role => $"postgresql://local_{role}:{RandomNumberGenerator.GetHexString(2 * PasswordBytes, lowercase: true)}@{address}");

    /// <summary>The arguments of <c>gateway-db</c> that make the users.</summary>
    public IReadOnlyList<string> RolesArguments => ["roles", .. _urls.Keys.SelectMany(role => (string[])[$"--{role}", File(role)])];

    /// <summary>The URL of a user.</summary>
    public string Url(string role) => _urls[role];

    /// <summary>The file with the URL of a user.</summary>
    public string File(string role) => Path.Combine(folder, $"{role}-database-url");

    /// <summary>Writes the files.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var (role, url) in _urls)
        {
            await System.IO.File.WriteAllTextAsync(File(role), url + "\n", cancellationToken);
        }
    }
}
