using Gateway.LocalStack.Processes;
using Gateway.Testing;
using k8s;

namespace Gateway.LocalStack.Tests.Kubernetes;

/// <summary>The files of deploy/kubernetes, and what kustomize makes of them.</summary>
internal static class Manifests
{
    /// <summary>Where pods of ours come from, beside the overlay's own.</summary>
    public const string Base = "base";

    private static readonly Dictionary<string, Type> CustomTypes = new(ModelTypes())
    {
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
        ["monitoring.coreos.com/v1/PrometheusRule"] = typeof(PrometheusRule),
    };

    private static readonly string[] Programs = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':');

    public static string Folder { get; } = Path.Combine(Checkout.Root, "deploy", "kubernetes");

    /// <summary>Every folder with a kustomization.</summary>
    public static IReadOnlyList<string> Kustomizations { get; } =
        [.. Directory.GetFiles(Folder, "kustomization.yaml", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!)];

    /// <summary>The objects of an overlay, with secrets as on a machine of its own. Skips the test where there is no kubectl.</summary>
    public static async Task<Overlay> RenderAsync(string overlay)
    {
        Assert.SkipUnless(
            Programs.Any(folder => File.Exists(Path.Combine(folder, "kubectl"))), "kubectl, which has kustomize, is not installed");
        using var directory = new TemporaryDirectory();
        await RunAsync("cp", "-R", Folder, directory.Path);
        var single = Path.Combine(directory.Path, "kubernetes", "overlays", "single");
        await RunAsync(Path.Combine(Checkout.Root, "deploy", "generate-secrets"), Path.Combine(single, "secrets"));
        return new Overlay(overlay, Parse(await RunAsync("kubectl", "kustomize", Path.Combine(directory.Path, "kubernetes", "overlays", overlay))));
    }

    /// <summary>The objects in YAML, as the types that Kubernetes knows: an unknown member, kind or version, or one given twice, is an error.</summary>
    public static IReadOnlyList<IKubernetesObject<k8s.Models.V1ObjectMeta>> Parse(string yaml) =>
        [.. KubernetesYaml.LoadAllFromString(yaml, CustomTypes, strict: true).Cast<IKubernetesObject<k8s.Models.V1ObjectMeta>>()];

    /// <summary>Runs a program that has to succeed, and answers what it wrote.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await ProgramResult.OfAsync(program, arguments, new Dictionary<string, string?>());
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {result.Errors}");
        return result.Output;
    }

    // KubernetesYaml reads kinds that it is told of: all of its own.
    private static IEnumerable<KeyValuePair<string, Type>> ModelTypes() =>
        from type in typeof(k8s.Models.V1Pod).Assembly.GetTypes()
        from entity in type.GetCustomAttributes(typeof(k8s.Models.KubernetesEntityAttribute), inherit: false).Cast<k8s.Models.KubernetesEntityAttribute>()
        select KeyValuePair.Create(string.IsNullOrEmpty(entity.Group) ? $"{entity.ApiVersion}/{entity.Kind}" : $"{entity.Group}/{entity.ApiVersion}/{entity.Kind}", type);
}
