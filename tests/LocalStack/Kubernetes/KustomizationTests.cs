using Gateway.LocalStack.Tests.Compose;
using Gateway.Testing;
using k8s.Models;
using YamlDotNet.Serialization;

namespace Gateway.LocalStack.Tests.Kubernetes;

/// <summary>What can be said of the files themselves, also where there is no kustomize.</summary>
public sealed class KustomizationTests
{
    public static TheoryData<string> Folders =>
        new(Manifests.Kustomizations.Select(folder => Path.GetRelativePath(Manifests.Folder, folder)).ToArray());

    [Theory]
    [MemberData(nameof(Folders))]
    public void Kustomization_lists_every_file_of_its_folder_and_none_that_is_not_there(string folder)
    {
        var path = Path.Combine(Manifests.Folder, folder);
        var listed = Resources(path).Concat(Patches(path)).Order(StringComparer.Ordinal);

        Assert.Equal(
            Directory.GetFiles(path, "*.yaml").Select(file => Path.GetFileName(file)).Where(file => file != "kustomization.yaml").Order(StringComparer.Ordinal),
            listed.Where(file => !file.StartsWith("..", StringComparison.Ordinal)));
        Assert.All(listed, file => Assert.True(Path.Exists(Path.Combine(path, file)), file));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_object_is_one_that_Kubernetes_knows(string folder)
    {
        var path = Path.Combine(Manifests.Folder, folder);

        Assert.All(Files(path, Resources(path)), file => Assert.NotEmpty(Manifests.Parse(File.ReadAllText(file))));
        Assert.DoesNotContain(Files(path, Resources(path)).SelectMany(file => Manifests.Parse(File.ReadAllText(file))), item => item is V1Secret);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Patch_changes_an_object_of_the_base(string folder)
    {
        var known = Files(Path.Combine(Manifests.Folder, Manifests.Base), Resources(Path.Combine(Manifests.Folder, Manifests.Base)))
            .SelectMany(file => Manifests.Parse(File.ReadAllText(file)))
            .Select(item => (item.Kind, item.Name()))
            .ToHashSet();
        var path = Path.Combine(Manifests.Folder, folder);

        Assert.All(
            Files(path, Patches(path)).SelectMany(file => Manifests.Parse(File.ReadAllText(file))),
            patch => Assert.Contains((patch.Kind, patch.Name()), known));
    }

    [Theory]
    [InlineData("misspelt", "replica: 3")]
    [InlineData("of another kind", "selector: 3")]
    public void Mistake_in_an_object_is_found(string mistake, string line) =>
        Assert.True(
            Record.Exception(() => Manifests.Parse($"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: test}}\nspec:\n  {line}\n")) is YamlDotNet.Core.YamlException,
            $"a member that is {mistake} goes unnoticed");

    [Fact]
    public async Task Alerts_are_made_of_the_files_that_Prometheus_reads_itself()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(
            directory.Combine("some-alerts.yml"),
            """
            # With a comment and a text of several lines.
            groups:
              - name: journal
                rules:
                  - alert: JournalHalfFull
                    expr: gateway_journal_bytes > 5e8
                    for: 5m
                    labels: { severity: page }
                    annotations:
                      summary: |
                        Half of it
                          is full.
            """);

        var rule = Assert.IsType<PrometheusRule>(Assert.Single(Manifests.Parse(await MakeRulesAsync(directory.Path))));

        Assert.Equal(("gateway-some-alerts", "JournalHalfFull"), (rule.Name(), rule.Spec.Groups[0].Rules[0].Alert));
        Assert.Equal("Half of it\n  is full.\n", rule.Spec.Groups[0].Rules[0].Annotations!["summary"]);
    }

    [Fact]
    public async Task Alerts_of_this_repository_are_all_there()
    {
        var folder = Path.Combine(Checkout.Root, "deploy", "prometheus", "rules");
        Assert.SkipUnless(Directory.Exists(folder), "there are no rules yet");

        var rules = Manifests.Parse(await MakeRulesAsync(folder)).Cast<PrometheusRule>().ToList();

        Assert.Equal(Directory.GetFiles(folder, "*.y*ml").Length, rules.Count);
        Assert.All(rules, rule => Assert.NotEmpty(rule.Spec.Groups));
    }

    private static Task<string> MakeRulesAsync(string folder) => Manifests.RunAsync(Path.Combine(Manifests.Folder, "prometheus-rules"), folder);

    private static IEnumerable<string> Files(string folder, IEnumerable<string> names) =>
        names.Where(name => name.EndsWith(".yaml", StringComparison.Ordinal)).Select(name => Path.Combine(folder, name));

    private static IEnumerable<string> Resources(string folder) => ComposeFile.Texts(Read(folder).GetValueOrDefault("resources"));

    private static IEnumerable<string> Patches(string folder) =>
        ((IEnumerable<object>?)Read(folder).GetValueOrDefault("patches") ?? [])
            .Select(patch => ComposeFile.Map(patch).GetValueOrDefault("path"))
            .OfType<string>();

    private static Dictionary<string, object?> Read(string folder) =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<string, object?>>(File.ReadAllText(Path.Combine(folder, "kustomization.yaml")));
}
