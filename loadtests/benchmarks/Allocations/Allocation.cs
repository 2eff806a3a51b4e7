namespace Gateway.Benchmarks.Allocations;

/// <summary>One that the runtime has told of.</summary>
/// <param name="Type">What was allocated.</param>
/// <param name="Bytes">How much was allocated since it told of the one before: what this one stands for.</param>
/// <param name="Frames">The stack, as <c>module!method</c>, the innermost first.</param>
internal sealed record Allocation(string Type, long Bytes, string[] Frames)
{
    private const string OfRequests = nameof(Pipeline.GatewayPipeline) + "+<" + nameof(Pipeline.GatewayPipeline.SendAsync) + ">";

    // Whoever called these has decided to allocate.
    private static readonly string[] Tools = ["system.private.corelib", "system.collections", "system.linq", "microsoft.extensions.primitives", "?"];

    /// <summary>Whether it was on the way of a request, and not beside it.</summary>
    public bool IsOfRequest => Array.Exists(Frames, static frame => frame.Contains(OfRequests, StringComparison.Ordinal));

    /// <summary>The innermost method that is none of the runtime's own.</summary>
    public string Site => Array.Find(Frames, static frame => !Array.Exists(Tools, tool => frame.StartsWith(tool, StringComparison.OrdinalIgnoreCase)))
        ?? (Frames.Length > 0 ? Frames[0] : "unknown");

    /// <summary>The module of <see cref="Site"/>.</summary>
    public string Owner => Site.Split('!')[0];
}
