namespace Gateway.Chaos.Load;

/// <summary>A request and everything that its client knows of it. One client writes, the check reads when all are done.</summary>
internal sealed class SentRequest(PlannedRequest plan, int gateway, DateTimeOffset sentAt)
{
    public PlannedRequest Plan => plan;

    public int Gateway => gateway;

    public DateTimeOffset SentAt => sentAt;

    /// <summary>Whether any of it may have reached the gateway.</summary>
    public bool WasSent { get; set; }

    /// <summary>Of the status line that was seen; 0 where none was.</summary>
    public int Status { get; set; }

    /// <summary>Whether the answer came to its proper end.</summary>
    public bool IsComplete { get; set; }

    /// <summary>The type of the problem that the gateway itself answered with.</summary>
    public string? Problem { get; set; }

    public bool IsAnswered => Status != 0;

    public override string ToString() =>
        $"{plan.Method} {plan.Path} at {sentAt:HH:mm:ss.fff} to gateway-{gateway + 1}: "
        + (IsAnswered ? $"{Status}{(Problem is null ? string.Empty : $" {Problem}")}{(IsComplete ? string.Empty : ", broke off")}" : WasSent ? "no answer" : "not connected");
}
