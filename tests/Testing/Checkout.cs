namespace Gateway.Testing;

/// <summary>The sources that the tests were built from.</summary>
public static class Checkout
{
    /// <summary>The folder with Gateway.sln.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Gateway.sln is in no folder above the tests.");
        }

        return folder.FullName;
    }
}
