namespace Gateway.LoadTests.Stack;

/// <summary>What a stack has to be like.</summary>
internal sealed record LoadStackOptions
{
    /// <summary>Organizations with a key each besides the one customer that there always is, with the gateway's default limits.</summary>
    public int Organizations { get; init; }

    /// <summary>Settings of the gateway, as environment variables.</summary>
    public IReadOnlyDictionary<string, string?> GatewaySettings { get; init; } = new Dictionary<string, string?>();
}
