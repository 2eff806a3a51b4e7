using Npgsql;

namespace Gateway.Database.Urls;

/// <summary>Pairs hosts with ports as libpq does: one port for all of them, or one for each.</summary>
internal static class HostList
{
    private const string DefaultHost = "localhost";

    public static void Apply(NpgsqlConnectionStringBuilder builder, string? hostList, string? portList)
    {
        var hosts = (hostList ?? string.Empty).Split(',');
        var ports = (portList ?? string.Empty).Split(',');
        if (ports.Length != 1 && ports.Length != hosts.Length)
        {
            throw new FormatException($"there are {hosts.Length} hosts and {ports.Length} ports; allowed is one port for all hosts or one for each");
        }

        if (hosts.Length == 1)
        {
            builder.Host = Host(hosts[0]);
            builder.Port = Port(ports[0]);
            return;
        }

        builder.Host = string.Join(',', hosts.Select((host, index) => HostAndPort(Host(host), Port(ports[ports.Length == 1 ? 0 : index]))));
    }

    private static string Host(string host)
    {
        if (host.Length == 0)
        {
            return DefaultHost;
        }

        var isSocket = host.StartsWith('/');
        return isSocket || Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? host
            : throw new FormatException("the host is no host name, IP address or absolute path of a socket folder");
    }

    private static int Port(string port) => port.Length == 0
        ? NpgsqlConnection.DefaultPort
        : ushort.TryParse(port, out var number) && number > 0
            ? number
            : throw new FormatException("the port is not allowed; allowed is a number from 1 to 65535");

    private static string HostAndPort(string host, int port) =>
        host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
}
