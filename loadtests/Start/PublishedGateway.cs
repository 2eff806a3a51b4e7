namespace Gateway.LoadTests.Start;

/// <summary>A gateway as <c>dotnet publish</c> left it.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Folder">Where it is.</param>
internal sealed record PublishedGateway(string Name, string Folder)
{
    public string Program => Path.Combine(Folder, "gateway.dll");
}
