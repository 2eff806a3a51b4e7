namespace Gateway.Hosting;

/// <summary>This run of a process: another start is another instance.</summary>
/// <param name="Service">What it is: <c>gateway</c>, <c>usage-processor</c>.</param>
/// <param name="Id">Which one it is.</param>
public sealed record ServiceInstance(string Service, Guid Id);
