using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Npgsql;
using static Gateway.Database.Urls.UrlParameter;

namespace Gateway.Database.Urls;

/// <summary>
/// libpq's parameters (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS) and what they
/// are in Npgsql. What is not here is refused: to ignore <c>sslcrl</c> or <c>hostaddr</c>, say, would be less than was asked for.
/// </summary>
internal static partial class UrlParameters
{
    private static readonly UrlParameter[] Table =
    [
        // Where. HostList has dealt with host and port.
        Ignored("host"),
        Ignored("port"),
        Text("dbname", static (builder, value) => builder.Database = value),
        Text("user", static (builder, value) => builder.Username = value),
        Text("password", static (builder, value) => builder.Password = value),
        Text("passfile", static (builder, value) => builder.Passfile = value),
        Choice("target_session_attrs", static (builder, word) => builder.TargetSessionAttributes = word,
            ("any", "any"), ("read-write", "read-write"), ("read-only", "read-only"),
            ("primary", "primary"), ("standby", "standby"), ("prefer-standby", "prefer-standby")),
        Choice("load_balance_hosts", static (builder, isOn) => builder.LoadBalanceHosts = isOn, ("disable", false), ("random", true)),

        // The session.
        Text("application_name", static (builder, value) => builder.ApplicationName = value),
        Ignored("fallback_application_name"),
        Text("options", static (builder, value) => builder.Options = value),
        Choice("client_encoding", static (_, _) => { }, ("UTF8", true), ("UTF-8", true), ("auto", true)),

        // The connection. 0 seconds is for ever, in both.
        Number("connect_timeout", 0, 1024, static (builder, seconds) => builder.Timeout = seconds),
        Choice("keepalives", static (builder, isOn) => builder.TcpKeepAlive = isOn, ("0", false), ("1", true)),
        Number("keepalives_idle", 0, 32767, static (builder, seconds) => builder.TcpKeepAliveTime = seconds),
        Number("keepalives_interval", 0, 32767, static (builder, seconds) => builder.TcpKeepAliveInterval = seconds),
        Ignored("keepalives_count"),
        Ignored("tcp_user_timeout"),

        // TLS. CertificateRules adds what holds across these.
        Choice("sslmode", static (builder, mode) => builder.SslMode = mode,
            ("disable", SslMode.Disable), ("allow", SslMode.Allow), ("prefer", SslMode.Prefer),
            ("require", SslMode.Require), ("verify-ca", SslMode.VerifyCA), ("verify-full", SslMode.VerifyFull)),
        Choice("ssl", static (builder, mode) => builder.SslMode = mode, ("true", SslMode.Require)),
        Choice("sslnegotiation", static (builder, kind) => builder.SslNegotiation = kind,
            ("postgres", SslNegotiation.Postgres), ("direct", SslNegotiation.Direct)),
        Text("sslrootcert", static (builder, path) => builder.RootCertificate = path),
        Text("sslcert", static (builder, path) => builder.SslCertificate = path),
        Text("sslkey", static (builder, path) => builder.SslKey = path),
        Text("sslpassword", static (builder, value) => builder.SslPassword = value),
        Choice("ssl_min_protocol_version", static (_, _) => { }, ("TLSv1", true), ("TLSv1.1", true), ("TLSv1.2", true)),
        Ignored("sslcompression"),
        Ignored("sslsni"),

        // Authentication.
        Choice("channel_binding", static (builder, binding) => builder.ChannelBinding = binding,
            ("disable", ChannelBinding.Disable), ("prefer", ChannelBinding.Prefer), ("require", ChannelBinding.Require)),
        Choice("gssencmode", static (builder, mode) => builder.GssEncryptionMode = mode,
            ("disable", GssEncryptionMode.Disable), ("prefer", GssEncryptionMode.Prefer), ("require", GssEncryptionMode.Require)),
        Text("krbsrvname", static (builder, value) => builder.KerberosServiceName = value),
        Ignored("gsslib"),
        Ignored("gssdelegation"),
    ];

    private static readonly FrozenDictionary<string, UrlParameter> ByName = Table.ToFrozenDictionary(parameter => parameter.Name, StringComparer.Ordinal);

    public static bool IsKnown(string name) => ByName.ContainsKey(name);

    /// <summary>Whether what follows in the URL may be a piece of a secret.</summary>
    public static bool IsSecret(string name) => name is "password" or "sslpassword";

    public static string DescribeUnknown(string name)
    {
        // Anything that does not look like a parameter is more likely something that was not encoded.
        var problem = !LooksLikeName.IsMatch(name) ? "there is a parameter that is not written as name=value"
            : IsKnown(name) ? $"the parameter {name} has no value"
            : $"the parameter {name} is unknown or not supported";
        return $"{problem}; allowed are {string.Join(", ", Table.Select(parameter => parameter.Name))}";
    }

    public static void Apply(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        var parameter = ByName[name];
        if (!parameter.TryApply(builder, value))
        {
            throw new FormatException($"the parameter {name} has a value that it cannot have; allowed is {parameter.Allowed}");
        }
    }

    [GeneratedRegex("^[A-Za-z_]{1,40}$", RegexOptions.None, 1000)]
    private static partial Regex LooksLikeName { get; }
}
