using Gateway.Hosting.Settings;

namespace Gateway.Observability;

/// <summary>Which requests get a line (section <c>Logging:Requests</c>).</summary>
/// <param name="SampleRatio">How many of those that went well (<c>SampleRatio</c>, 1: all; 0.01: one in a hundred). All that failed for our sake or the backend's are logged.</param>
internal sealed record RequestLogOptions(double SampleRatio)
{
    public static RequestLogOptions Read(IConfiguration configuration) => new(configuration.Ratio("Logging:Requests:SampleRatio", 1));

    /// <summary>Whether a request gets a line: the same for all that look at its id, which is random where it counts.</summary>
    public bool Includes(Guid requestId, int status)
    {
        if (SampleRatio >= 1 || status >= StatusCodes.Status500InternalServerError)
        {
            return true;
        }

        Span<byte> bytes = stackalloc byte[16];
        requestId.TryWriteBytes(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) < SampleRatio * (1L << 32);
    }
}
