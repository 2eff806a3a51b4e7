using Gateway.Contracts;
using Gateway.Hosting.Settings;
using StackExchange.Redis;

namespace Gateway.RateLimiting.Redis;

/// <summary>How Redis is reached and asked (<c>REDIS_URL</c>, and section <c>RateLimits</c>).</summary>
/// <param name="Connection">Where it is, and how to log in.</param>
/// <param name="Timeout">When an answer counts as missing (<c>RedisTimeoutMilliseconds</c>, 50).</param>
internal sealed record RedisOptions(ConfigurationOptions Connection, TimeSpan Timeout)
{
    /// <summary>The PEM file with the authorities that Redis's certificate is checked against, instead of the system's.</summary>
    public const string AuthoritySetting = RedisAuthority.Setting;

    public static RedisOptions Read(IConfiguration configuration)
    {
        var connection = ParseUrl(configuration.Required(EnvironmentVariables.RedisUrl, RedisAddress.Form));
        connection.CertificateValidation += RedisAuthority.Trust(configuration[AuthoritySetting], connection.Ssl);
        return new RedisOptions(connection, configuration.Milliseconds("RateLimits:RedisTimeoutMilliseconds", 50, 1, 10_000));
    }

    /// <summary>Without the password, should it ever reach a log.</summary>
    public override string ToString() => RedisUrl.Describe(Connection);

    private static ConfigurationOptions ParseUrl(string url)
    {
        try
        {
            return RedisUrl.Parse(url);
        }
        catch (FormatException exception)
        {
            throw new SettingException(EnvironmentVariables.RedisUrl, exception.Message);
        }
    }
}
