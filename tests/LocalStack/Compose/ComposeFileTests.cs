using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Contracts;
using Gateway.LocalStack.Tests.Images;
using Gateway.Testing;

namespace Gateway.LocalStack.Tests.Compose;

/// <summary>What can be said of docker-compose.yml and the Dockerfile without a Docker engine.</summary>
public sealed class ComposeFileTests
{
    private static readonly string[] OurServers = ["gateway", "usage-processor"];

    [Fact]
    public void Compose_dependency_exists_and_can_reach_its_condition()
    {
        foreach (var (service, definition) in ComposeFile.Services)
        {
            foreach (var (dependency, condition) in ComposeFile.Map(definition.GetValueOrDefault("depends_on")))
            {
                Assert.True(ComposeFile.Services.ContainsKey($"{dependency}"), $"{service} depends on {dependency}, which there is not");
                var reaches = $"{ComposeFile.Map(condition)["condition"]}" switch
                {
                    "service_healthy" => HasHealthCheck($"{dependency}"),
                    "service_completed_successfully" => !StaysUp($"{dependency}"),
                    _ => false,
                };
                Assert.True(reaches, $"{service} waits for {dependency} in vain");
            }
        }
    }

    [Fact]
    public void Compose_server_has_a_health_check_and_comes_back_by_itself()
    {
        foreach (var service in ComposeFile.Services.Keys.Where(StaysUp))
        {
            Assert.True(HasHealthCheck(service), $"{service} has no health check");
            Assert.Equal("unless-stopped", ComposeFile.Services[service].GetValueOrDefault("restart"));
        }
    }

    [Fact]
    public void Compose_mounted_file_exists()
    {
        var mounts = ComposeFile.Services.Values.SelectMany(definition => ComposeFile.Texts(definition.GetValueOrDefault("volumes")))
            .Select(volume => volume.Split(':')[0])
            .Where(source => source.StartsWith("./", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(mounts);
        Assert.All(mounts, mount => Assert.True(Path.Exists(Path.Combine(Checkout.Root, mount)), mount));
    }

    [Fact]
    public void Compose_image_of_a_stranger_has_a_fixed_tag() =>
        Assert.All(
            ComposeFile.Services.Values.Where(definition => !definition.ContainsKey("build")),
            definition => Assert.Matches(@":v?\d[\w.-]*$", $"{definition["image"]}"));

    [Fact]
    public void Compose_build_target_exists_in_the_Dockerfile() =>
        Assert.All(
            ComposeFile.Services.Values.Where(definition => definition.ContainsKey("build")),
            definition => Assert.Contains($" AS {ComposeFile.Map(definition["build"])["target"]}\n", Dockerfile.Text, StringComparison.Ordinal));

    [Fact]
    public void Compose_our_servers_get_the_variables_of_the_contracts()
    {
        foreach (var service in OurServers)
        {
            var names = ComposeFile.Map(ComposeFile.Services[service]["environment"]).Keys;
            Assert.Contains(EnvironmentVariables.DatabaseUrl + EnvironmentVariables.FileSuffix, names);
            Assert.Contains(EnvironmentVariables.KafkaBootstrapServers, names);
        }

        Assert.Contains(EnvironmentVariables.RedisUrl + EnvironmentVariables.FileSuffix, ComposeFile.Map(ComposeFile.Services["gateway"]["environment"]).Keys);
    }

    [Fact]
    public void Compose_only_the_gateway_is_reachable_from_outside()
    {
        var reachable = ComposeFile.Services.Values.SelectMany(definition => ComposeFile.Texts(definition.GetValueOrDefault("ports")))
            .Where(port => !port.StartsWith("127.0.0.1:", StringComparison.Ordinal));

        Assert.Equal(["8080:8080"], reachable);
    }

    [Fact]
    public void Dockerfile_restores_every_project_that_it_publishes()
    {
        using var filter = JsonDocument.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "deploy", "local", "native.slnf")));
        var folders = filter.RootElement.GetProperty("solution").GetProperty("projects").EnumerateArray()
            .Select(project => Path.GetDirectoryName(project.GetString())!);

        Assert.All(folders, folder => Assert.Matches($@"\nCOPY {Regex.Escape(folder)}/\*\.csproj .*{Regex.Escape(folder)}/packages\.lock\.json {Regex.Escape(folder)}/\n", Dockerfile.Text));
    }

    [Fact]
    public void Dockerfile_final_images_run_as_an_unprivileged_user() =>
        Assert.Equal("USER $APP_UID", Dockerfile.Text.Split('\n').Last(line => line.StartsWith("USER ", StringComparison.Ordinal)));

    // One-shot: somebody waits for its end, or it is a tool that only runs when asked for.
    private static bool StaysUp(string service) =>
        !ComposeFile.Services[service].ContainsKey("profiles") && $"{ComposeFile.Services[service].GetValueOrDefault("restart")}" != "no";

    private static bool HasHealthCheck(string service) =>
        ComposeFile.Services[service].ContainsKey("healthcheck")
        || (ComposeFile.Services[service].TryGetValue("build", out var build)
            && Regex.IsMatch(Dockerfile.Text, $@" AS {ComposeFile.Map(build)["target"]}\n(?:(?!FROM ).*\n)*HEALTHCHECK", RegexOptions.None, TimeSpan.FromSeconds(1)));
}
