namespace Gateway.Database.Roles;

/// <summary>
/// A role that has the privileges of one kind of program and cannot log in: users who can are made its members, so that passwords
/// change, and users come and go, without a grant. What each may do is in <c>privileges.sql</c>.
/// </summary>
/// <param name="Name">Its name in PostgreSQL, where roles belong to the whole server.</param>
public sealed record DatabaseRole(string Name)
{
    /// <summary>The gateway.</summary>
    public static readonly DatabaseRole Service = new("gateway_service");

    /// <summary>The usage-processor.</summary>
    public static readonly DatabaseRole Processor = new("gateway_processor");

    /// <summary>keygen.</summary>
    public static readonly DatabaseRole Operator = new("gateway_operator");

    /// <summary>Grafana.</summary>
    public static readonly DatabaseRole Reporting = new("gateway_reporting");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DatabaseRole> All { get; } = [Service, Processor, Operator, Reporting];
}
