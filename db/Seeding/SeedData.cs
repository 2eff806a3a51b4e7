using System.Reflection;
using Gateway.Database.Running;
using Gateway.Database.Scripts;

namespace Gateway.Database.Seeding;

/// <summary>Rows to try the product with. Every file can be applied again and again.</summary>
public static class SeedData
{
    private const string ResourceFolder = "seed/";

    /// <summary>Applies every file in a transaction of its own, and answers their names.</summary>
    /// <exception cref="MigrationException">A statement failed.</exception>
    /// <exception cref="Npgsql.NpgsqlException">The database cannot be reached, or not with this user.</exception>
    public static async Task<IReadOnlyList<string>> ApplyAsync(string connectionString, CancellationToken cancellationToken)
    {
        var files = Load();
        await using var session = await MigrationSession.OpenAsync(connectionString, onWaiting: null, cancellationToken);
        foreach (var file in files)
        {
            await session.InTransactionAsync(() => file.ExecuteAsync(session.Connection, cancellationToken), cancellationToken);
        }

        return files.ConvertAll(file => file.Name);
    }

    private static List<SqlFile> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(ResourceFolder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(resource =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                return new SqlFile(resource[ResourceFolder.Length..], reader.ReadToEnd());
            })
            .ToList();
    }
}
