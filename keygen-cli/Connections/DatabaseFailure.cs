using Gateway.Database.Roles;
using Npgsql;

namespace Gateway.Keygen.Connections;

/// <summary>
/// What the operator is told about a database that fails. Only the server's main message is repeated: its details
/// can contain the values of a row.
/// </summary>
internal static class DatabaseFailure
{
    public static string DescribeOpening(Exception exception, NpgsqlConnectionStringBuilder settings, string variable)
    {
        var server = $"PostgreSQL at {settings.Host}:{settings.Port}";
        return exception switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                $"{server} does not let user \"{settings.Username}\" in: wrong password or user ({variable})",
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
                $"{server} has no database \"{settings.Database}\" ({variable})",
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } postgres =>
                $"{server} lets user \"{settings.Username}\" in, who {MayNot(postgres)} ({variable})",
            PostgresException postgres => $"{server} refuses: {postgres.MessageText} ({variable})",
            _ => $"{server} cannot be reached: {Cause(exception)} ({variable})",
        };
    }

    public static string Describe(NpgsqlException exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } postgres =>
            $"the database user {MayNot(postgres)}",
        PostgresException postgres => $"PostgreSQL refuses: {postgres.MessageText}",
        _ => $"the connection to PostgreSQL broke: {Cause(exception)}",
    };

    private static string MayNot(PostgresException exception) =>
        $"may not do this: {exception.MessageText}; for keygen it has to be a member of {DatabaseRole.Operator.Name}, see gateway-db roles";

    // Npgsql's own words come first ("Failed to connect to …"), the reason is inside.
    private static string Cause(Exception exception) => exception.GetBaseException().Message;
}
