namespace Gateway.Hosting.Logging;

/// <summary>The request that whoever writes a line just now is at work for: every line of a request can be found by either of its ids.</summary>
public abstract class LoggedRequest
{
    private static readonly AsyncLocal<LoggedRequest?> Working = new();

    /// <summary>Null where it is none. Ends with the asynchronous method that sets it.</summary>
    public static LoggedRequest? Current
    {
        get => Working.Value;
        set => Working.Value = value;
    }

    /// <summary>The request's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The id of its trace, as W3C Trace Context writes it: 32 hexadecimal digits.</summary>
    public abstract string TraceId { get; }
}
