using Gateway.LocalStack.Processes;
using Gateway.Testing;

namespace Gateway.LocalStack.Tests.Compose;

/// <summary>What a container of docker-compose.yml may do, and how secrets get into it.</summary>
public sealed class ComposeSecurityTests
{
    private const string SecretsInContainer = "/run/secrets/";
    private const string SecretsFolder = ".dev/secrets/";

    [Fact]
    public void Compose_container_has_no_rights_to_gain_and_an_end_to_what_it_takes()
    {
        foreach (var (service, definition) in ComposeFile.Services)
        {
            Assert.True(ComposeFile.Texts(definition.GetValueOrDefault("cap_drop")).SequenceEqual(["ALL"]), $"{service} has capabilities");
            Assert.True(ComposeFile.Texts(definition.GetValueOrDefault("security_opt")).Contains("no-new-privileges:true"), $"{service} may gain privileges");
            Assert.False(definition.ContainsKey("privileged") || definition.ContainsKey("cap_add") || definition.ContainsKey("pid") || definition.ContainsKey("network_mode"), service);
            Assert.All((string[])["mem_limit", "cpus", "pids_limit"], limit => Assert.True(definition.ContainsKey(limit), $"{service} has no {limit}"));

            // Kafka's image writes its configuration into itself.
            Assert.True($"{definition.GetValueOrDefault("read_only")}" == (service == "kafka" ? "false" : "true"), $"{service} can write to its image");
        }
    }

    [Fact]
    public void Compose_secrets_are_in_files_and_in_no_environment()
    {
        foreach (var (service, definition) in ComposeFile.Services)
        {
            var mounted = ComposeFile.Texts(definition.GetValueOrDefault("secrets")).ToList();
            Assert.All(mounted, secret => Assert.True(ComposeFile.Secrets.ContainsKey(secret), $"{service} gets {secret}, which there is not"));
            foreach (var (name, value) in ComposeFile.Map(definition.GetValueOrDefault("environment")))
            {
                Assert.DoesNotMatch("://[^/]*@", $"{value}");
                if ($"{name}".Contains("PASSWORD", StringComparison.Ordinal) || $"{name}".EndsWith("_FILE", StringComparison.Ordinal) || $"{name}" is "DATABASE_URL" or "REDIS_URL")
                {
                    Assert.EndsWith("_FILE", $"{name}", StringComparison.Ordinal);
                    Assert.True($"{value}".StartsWith(SecretsInContainer, StringComparison.Ordinal) && mounted.Contains($"{value}"[SecretsInContainer.Length..]), $"{service} does not get {value}");
                }
            }
        }
    }

    [Fact]
    public void Compose_program_has_a_user_of_its_own_that_is_made_for_its_role()
    {
        var users = ComposeFile.Texts(ComposeFile.Services["roles"]["command"]).Skip(1).Select(option => option.Split('=')).ToDictionary(option => option[0], option => option[1]);

        foreach (var (service, role) in ((string, string)[])[("gateway", "--service"), ("usage-processor", "--processor"), ("keygen", "--operator"), ("demo", "--operator")])
        {
            Assert.Equal(users[role], $"{ComposeFile.Map(ComposeFile.Services[service]["environment"])["DATABASE_URL_FILE"]}");
        }

        Assert.Equal(4, users.Values.Distinct().Count());
        Assert.DoesNotContain("database-owner-url", ComposeFile.Services.Where(service => service.Key is not ("migrate" or "roles" or "seed")).SelectMany(service => ComposeFile.Texts(service.Value.GetValueOrDefault("secrets"))));
    }

    [Fact]
    public async Task Secrets_of_compose_are_generated_each_once_and_stay()
    {
        using var directory = new TemporaryDirectory();
        var folder = directory.Combine("secrets");

        var first = await GenerateAsync(folder);
        File.Delete(Path.Combine(folder, "redis-url"));
        var second = await GenerateAsync(folder);

        Assert.Equal(
            ComposeFile.Secrets.Select(secret => (secret.Key, $"{SecretsFolder}{secret.Key}")).Order(),
            ComposeFile.Secrets.Select(secret => (secret.Key, $"{secret.Value["file"]}")).Order());
        Assert.Empty(ComposeFile.Secrets.Keys.Except(first.Keys));
        Assert.Equal(first, second);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        var passwords = first.Where(secret => secret.Key.EndsWith("-url", StringComparison.Ordinal)).Select(secret => new Uri(secret.Value.Trim()).UserInfo.Split(':')[1]).ToList();
        Assert.Equal(passwords.Count, passwords.Distinct().Count());
        Assert.All(passwords, password => Assert.True(password.Length >= 32));

        // Grafana's user is the one that gateway-db makes.
        var grafana = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "deploy", "grafana", "provisioning", "datasources", "datasources.yml"));
        Assert.Contains($"user: {new Uri(first["database-reporting-url"].Trim()).UserInfo.Split(':')[0]}\n", grafana, StringComparison.Ordinal);
        Assert.Contains("password: $__file{/run/secrets/database-reporting-password}\n", grafana, StringComparison.Ordinal);
        Assert.Contains("database-reporting-password", ComposeFile.Texts(ComposeFile.Services["grafana"]["secrets"]));
        Assert.Contains(first["database-reporting-password"].Trim(), first["database-reporting-url"], StringComparison.Ordinal);
    }

    private static async Task<Dictionary<string, string>> GenerateAsync(string folder)
    {
        var result = await ProgramResult.OfAsync(Path.Combine(Checkout.Root, "deploy", "generate-secrets"), [folder], new Dictionary<string, string?>());
        Assert.True(result.ExitCode == 0, result.Errors);
        return Directory.GetFiles(folder).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
    }
}
