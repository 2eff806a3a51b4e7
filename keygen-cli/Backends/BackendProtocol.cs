namespace Gateway.Keygen.Backends;

/// <summary>What is spoken with a backend, as in <c>backends.protocol</c>.</summary>
internal static class BackendProtocol
{
    /// <summary>HTTP/2 where TLS negotiates it, else HTTP/1.1.</summary>
    public const string Default = "auto";

    /// <summary>auto, or always HTTP/2, also without TLS (gRPC).</summary>
    public static readonly string[] All = [Default, "http2"];
}
