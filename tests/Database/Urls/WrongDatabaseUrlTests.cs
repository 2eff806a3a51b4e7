namespace Gateway.Database.Tests.Urls;

public sealed class WrongDatabaseUrlTests
{
    [Theory]
    [InlineData("", "postgresql://user:password@host:port/database")]
    [InlineData("Host=h;Password=hunter2", "it is no PostgreSQL URL")]
    [InlineData("mysql://u:hunter2@h/d", "it is no PostgreSQL URL")]
    [InlineData("postgresql:u:hunter2@h/d", "it is no PostgreSQL URL")]
    [InlineData("postgresql://u:hunter2@h/d\n", "line break")]
    [InlineData("postgresql://u:hunter2@h/my db", "%20")]
    [InlineData("postgresql://u:hunter2@h:0/d", "port")]
    [InlineData("postgresql://u:hunter2@h:70000/d", "1 to 65535")]
    [InlineData("postgresql://u:hunter2@h:x/d", "port")]
    [InlineData("postgresql://u:hunter2@[::1/d", "[address]")]
    [InlineData("postgresql://u:hunter2@[nonsense]/d", "IPv6")]
    [InlineData("postgresql://u:hunter2@a;b/d", "host")]
    [InlineData("postgresql://u:hunter2@a,b:1/d?port=1,2,3", "2 hosts and 3 ports")]
    [InlineData("postgresql://u:hunter2%@h/d", "password has a %")]
    [InlineData("postgresql://u:hunter2%zz@h/d", "%25")]
    [InlineData("postgresql://u:hunter2%00@h/d", "%25")]
    [InlineData("postgresql://u:hunter2%FF@h/d", "UTF-8")]
    [InlineData("postgresql://u:hunter2@h/d?sslmode=on", "sslmode has a value that it cannot have; allowed is disable, allow, prefer, require, verify-ca, verify-full")]
    [InlineData("postgresql://u:hunter2@h/d?connect_timeout=-1", "connect_timeout has a value that it cannot have; allowed is 0 to 1024")]
    [InlineData("postgresql://u:hunter2@h/d?client_encoding=LATIN1", "client_encoding")]
    [InlineData("postgresql://u:hunter2@h/d?sslmode=require&sslrootcert=system", "verify-full")]
    [InlineData("postgresql://u:hunter2@h/d?target_session_attrs=standby", "several hosts")]
    [InlineData("postgresql://u:hunter2@h/d?sslcrl=/crl.pem", "the parameter sslcrl is unknown or not supported; allowed are host, port, dbname")]
    [InlineData("postgresql://u:hunter2@h/d?pool_size=3", "the parameter pool_size is unknown")]
    [InlineData("postgresql://u:hunter2@h/d?sslmode", "the parameter sslmode has no value")]
    public void Url_is_refused_with_what_is_wrong_and_what_is_allowed(string url, string expected)
    {
        var message = Assert.Throws<FormatException>(() => DatabaseUrl.Parse(url)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    /// <summary>Passwords that somebody forgot to encode: no piece of one may be taken for something that is then named.</summary>
    [Theory]
    [InlineData("postgresql://u:abcd@efgh@h/d")]
    [InlineData("postgresql://u:abcd/efgh@h/d")]
    [InlineData("postgresql://u:abcd/efgh")]
    [InlineData("postgresql://u:12/abcd?efgh=1@h/d")]
    [InlineData("postgresql://u:x@abcd/efgh?ijkl=1@h/d")]
    [InlineData("postgresql://u?abcd:efgh@h/d")]
    [InlineData("postgresql://h/d?password=abcd&efgh=1")]
    [InlineData("postgresql://h/d?password=abcd&efgh")]
    [InlineData("postgresql://h/d?abcd-efgh")]
    public void Unencoded_password_is_refused_without_naming_a_piece_of_it(string url)
    {
        var message = Assert.Throws<FormatException>(() => DatabaseUrl.Parse(url)).Message;
        Assert.All(["abcd", "efgh", "ijkl"], piece => Assert.DoesNotContain(piece, message, StringComparison.Ordinal));
    }
}
