using Gateway.Hosting.Settings;
using Gateway.Testing;
using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Tests.Settings;

public sealed class SecretFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData("DATABASE_URL")]
    [InlineData("ANALYTICS_DATABASE_URL")]
    [InlineData("REDIS_URL")]
    public void Secret_is_what_its_file_has_without_line_ends(string name)
    {
        var configuration = Configure((name, ""), ($"{name}_FILE", Write("postgresql://user:pass word@host/database\r\n\n")));

        configuration.AddSecretFiles();

        Assert.Equal("postgresql://user:pass word@host/database", configuration[name]);
    }

    [Fact]
    public void Variable_without_a_secret_has_no_file()
    {
        var configuration = Configure(("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092"), ("KAFKA_BOOTSTRAP_SERVERS_FILE", Write("other:9092")));

        configuration.AddSecretFiles();

        Assert.Equal("kafka:9092", configuration["KAFKA_BOOTSTRAP_SERVERS"]);
    }

    [Fact]
    public void Secret_that_is_set_twice_is_refused() =>
        Refuses("DATABASE_URL: DATABASE_URL_FILE is set as well; set one of them", ("DATABASE_URL", "postgresql://hunter2"), ("DATABASE_URL_FILE", Write("hunter2")));

    [Fact]
    public void File_that_is_not_there_is_named() =>
        Refuses("REDIS_URL: REDIS_URL_FILE names /no/such/file, which does not exist", ("REDIS_URL_FILE", "/no/such/file"));

    [Fact]
    public void Folder_is_no_secret() =>
        Refuses($"DATABASE_URL: DATABASE_URL_FILE names {_directory.Path}, which this user may not read, or is a folder", ("DATABASE_URL_FILE", _directory.Path));

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n", "is empty")]
    [InlineData("hunter2\nhunter2", "has more than one line")]
    public void File_that_cannot_be_a_secret_is_refused_without_its_content(string content, string reason)
    {
        var file = Write(content);

        Refuses($"DATABASE_URL: DATABASE_URL_FILE names {file}, which {reason}", ("DATABASE_URL_FILE", file));
    }

    public void Dispose() => _directory.Dispose();

    private static void Refuses(string message, params (string Name, string Value)[] settings) =>
        Assert.Equal(message, Assert.Throws<SettingException>(() => Configure(settings).AddSecretFiles()).Message);

    private static ConfigurationManager Configure(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        return configuration;
    }

    private string Write(string content)
    {
        var file = _directory.Combine("secret");
        File.WriteAllText(file, content);
        return file;
    }
}
