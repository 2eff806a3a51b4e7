namespace Gateway.EndToEnd.Tests.Limits.Running;

/// <summary>What happens to one of the gateways in the middle of the runs.</summary>
internal enum Disturbance
{
    None,

    /// <summary>SIGSTOP, and SIGCONT up to a second later.</summary>
    Freeze,

    /// <summary>kill -9; it is started again at once.</summary>
    Kill,
}
