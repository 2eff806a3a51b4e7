using System.Security.Cryptography;
using System.Text;

namespace Gateway.LocalStack.Up;

/// <summary>The folder <c>.dev</c> of the checkout that `dev` put this program into.</summary>
internal sealed class DevelopmentFolder
{
    // Root runs PostgreSQL as user postgres, who cannot enter every checkout (/root, for one). Only root can make
    // folders here, so nobody can have prepared this one, and nothing cleans it up as it would /var/tmp.
    private const string RootsDataFolder = "/var/lib/gateway-dev";

    private readonly string _path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));

    /// <summary>Where data and logs are, <c>.dev/data</c>; for root a link.</summary>
    public string Data => Path.Combine(_path, "data");

    /// <summary>What a shell reads to talk to the running stack.</summary>
    public string EnvironmentFile => Path.Combine(_path, "environment");

    /// <summary>One of our programs.</summary>
    public static string Program(string name) => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", name, $"{name}.dll"));

    /// <summary>Makes the data folder on first use and answers where it really is.</summary>
    public string PrepareData()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return Directory.CreateDirectory(Data).FullName;
        }

        var checkout = Path.GetDirectoryName(_path)!;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(checkout)))[..8];
        var folder = Directory.CreateDirectory(Path.Combine(RootsDataFolder, $"{Path.GetFileName(checkout)}-{hash}")).FullName;
        if (!Path.Exists(Data))
        {
            Directory.CreateSymbolicLink(Data, folder);
        }

        return folder;
    }

    /// <summary>Removes the logs of earlier runs, so that what is there is about this one.</summary>
    public static void RemoveLogs(string dataFolder)
    {
        foreach (var log in Directory.EnumerateDirectories(dataFolder).SelectMany(part => Directory.EnumerateFiles(part, "*.log")))
        {
            File.Delete(log);
        }
    }
}
