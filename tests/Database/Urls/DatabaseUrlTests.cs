using Npgsql;

namespace Gateway.Database.Tests.Urls;

public sealed class DatabaseUrlTests
{
    [Theory]
    [InlineData("postgresql")]
    [InlineData("postgres")]
    [InlineData("PostgreSQL")]
    public void Url_with_every_part_becomes_a_connection_string(string scheme)
    {
        var connection = DatabaseUrl.Parse($"{scheme}://alice:secret@db.example:6432/gateway");
        Assert.Equal(("db.example", 6432, "alice", "secret", "gateway"),
            (connection.Host, connection.Port, connection.Username, connection.Password, connection.Database));
    }

    [Fact]
    public void Missing_parts_have_defaults()
    {
        var connection = DatabaseUrl.Parse("postgresql://");
        Assert.Equal(("localhost", 5432, null, null, null),
            (connection.Host, connection.Port, connection.Username, connection.Password, connection.Database));
    }

    [Fact]
    public void Database_defaults_to_the_user_as_in_libpq() => Assert.Equal("alice", DatabaseUrl.Parse("postgresql://alice@db").Database);

    [Theory]
    [InlineData("p%40ss%2Fw%3Ard%25", "p@ss/w:rd%")]
    [InlineData("a:b?c#d+e", "a:b?c#d+e")]
    [InlineData("%F0%9F%94%91%C3%BC", "🔑ü")]
    public void Password_is_percent_decoded_and_nothing_else(string encoded, string password) =>
        Assert.Equal(password, DatabaseUrl.Parse($"postgresql://u:{encoded}@h/d").Password);

    [Theory]
    [InlineData("[::1]", "::1", 5432)]
    [InlineData("[2001:db8::7]:6432", "2001:db8::7", 6432)]
    [InlineData("192.0.2.7:1", "192.0.2.7", 1)]
    [InlineData(":6432", "localhost", 6432)]
    public void Host_and_port_are_told_apart(string authority, string host, int port)
    {
        var connection = DatabaseUrl.Parse($"postgresql://{authority}/d");
        Assert.Equal((host, port), (connection.Host, connection.Port));
    }

    [Theory]
    [InlineData("postgresql://a,b:6432,[::1]:7/d", "a:5432,b:6432,[::1]:7")]
    [InlineData("postgresql:///d?host=a,b&port=6432", "a:6432,b:6432")]
    [InlineData("postgresql:///d?host=a,b&port=1,2", "a:1,b:2")]
    public void Several_hosts_keep_their_ports(string url, string hosts) => Assert.Equal(hosts, DatabaseUrl.Parse(url).Host);

    [Theory]
    [InlineData("postgresql:///d?host=/var/run/postgresql")]
    [InlineData("postgresql://%2Fvar%2Frun%2Fpostgresql/d")]
    public void Socket_folder_is_a_host(string url) => Assert.Equal("/var/run/postgresql", DatabaseUrl.Parse(url).Host);

    [Fact]
    public void Parameters_replace_the_parts_before_them()
    {
        var connection = DatabaseUrl.Parse("postgresql://u:p@h:1/d?host=h2&port=2&user=u2&password=p2&dbname=d2");
        Assert.Equal(("h2", 2, "u2", "p2", "d2"),
            (connection.Host, connection.Port, connection.Username, connection.Password, connection.Database));
    }

    [Theory]
    [InlineData("sslmode=disable", "SSL Mode", SslMode.Disable)]
    [InlineData("sslmode=allow", "SSL Mode", SslMode.Allow)]
    [InlineData("sslmode=prefer", "SSL Mode", SslMode.Prefer)]
    [InlineData("sslmode=require", "SSL Mode", SslMode.Require)]
    [InlineData("sslmode=verify-ca", "SSL Mode", SslMode.VerifyCA)]
    [InlineData("sslmode=verify-full", "SSL Mode", SslMode.VerifyFull)]
    [InlineData("ssl=true", "SSL Mode", SslMode.Require)]
    [InlineData("sslrootcert=/ca.pem", "Root Certificate", "/ca.pem")]
    [InlineData("sslcert=/c.pem", "SSL Certificate", "/c.pem")]
    [InlineData("sslkey=/k.pem", "SSL Key", "/k.pem")]
    [InlineData("sslpassword=x%26y", "SSL Password", "x&y")]
    [InlineData("sslnegotiation=direct", "SSL Negotiation", SslNegotiation.Direct)]
    [InlineData("application_name=my%20app", "Application Name", "my app")]
    [InlineData("fallback_application_name=app", "Application Name", "app")]
    [InlineData("connect_timeout=7", "Timeout", 7)]
    [InlineData("options=-c%20search_path=x", "Options", "-c search_path=x")]
    [InlineData("keepalives=1", "TCP Keepalive", true)]
    [InlineData("keepalives_idle=30", "TCP Keepalive Time", 30)]
    [InlineData("channel_binding=require", "Channel Binding", ChannelBinding.Require)]
    [InlineData("gssencmode=disable", "GSS Encryption Mode", GssEncryptionMode.Disable)]
    [InlineData("krbsrvname=pg", "Kerberos Service Name", "pg")]
    [InlineData("passfile=/pgpass", "Passfile", "/pgpass")]
    public void Parameter_becomes_Npgsqls_setting(string parameter, string setting, object value) =>
        Assert.Equal(value, DatabaseUrl.Parse($"postgresql://u@h/d?{parameter}")[setting]);

    [Theory]
    [InlineData("sslmode=require&sslrootcert=/ca.pem", SslMode.VerifyCA)]
    [InlineData("sslrootcert=system", SslMode.VerifyFull)]
    [InlineData("sslmode=verify-full&sslrootcert=system", SslMode.VerifyFull)]
    public void Root_certificate_is_checked_as_strictly_as_in_libpq(string parameters, SslMode mode) =>
        Assert.Equal(mode, DatabaseUrl.Parse($"postgresql://u@h/d?{parameters}").SslMode);

    [Theory]
    [InlineData("a,b", "prefer-standby", "prefer-standby")]
    [InlineData("a", "read-write", null)]
    public void Server_role_is_asked_for_where_there_is_a_choice(string hosts, string role, string? expected) =>
        Assert.Equal(expected, DatabaseUrl.Parse($"postgresql://{hosts}/d?target_session_attrs={role}").TargetSessionAttributes);

    [Theory]
    [InlineData("client_encoding=UTF8&keepalives_count=3&tcp_user_timeout=5&sslcompression=0&sslsni=1&gsslib=gssapi&ssl_min_protocol_version=TLSv1.2")]
    [InlineData("keepalives=0&keepalives_idle=30&keepalives_interval=5")]
    [InlineData("keepalives_interval=5")]
    [InlineData("target_session_attrs=primary&connect_timeout=0&load_balance_hosts=disable")]
    public void Every_accepted_url_is_accepted_by_Npgsql(string parameters)
    {
        using var source = NpgsqlDataSource.Create(DatabaseUrl.Parse($"postgresql://u:p@h/d?{parameters}"));
        Assert.NotNull(source);
    }

    [Theory]
    [InlineData("postgresql://u:p@h:1/d", "h:1/d")]
    [InlineData("postgresql://u:p@[::1]/d", "[::1]:5432/d")]
    [InlineData("postgresql://u:p@a,b:2/d", "a:5432,b:2/d")]
    public void Address_tells_where_and_no_secret(string url, string address) => Assert.Equal(address, DatabaseAddress.Of(DatabaseUrl.Parse(url)));
}
