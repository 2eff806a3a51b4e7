using k8s;
using k8s.Models;

namespace Gateway.LocalStack.Tests.Kubernetes;

/// <summary>What an overlay is made into.</summary>
internal sealed record Overlay(string Name, IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects)
{
    /// <summary>What runs: its name, kind, labels of its pods, and their template.</summary>
    public IReadOnlyList<Workload> Workloads { get; } =
    [
        .. Objects.OfType<V1StatefulSet>().Select(set => new Workload(
            set.Name(), "StatefulSet", set.Spec.Selector, set.Spec.Template, [.. (set.Spec.VolumeClaimTemplates ?? []).Select(claim => claim.Name())])),
        .. Objects.OfType<V1Deployment>().Select(deployment => new Workload(
            deployment.Name(), "Deployment", deployment.Spec.Selector, deployment.Spec.Template, [])),
        .. Objects.OfType<V1Job>().Select(job => new Workload(job.Name(), "Job", null, job.Spec.Template, [])),
    ];

    public IEnumerable<T> Of<T>()
        where T : IKubernetesObject<V1ObjectMeta> => Objects.OfType<T>();
}

/// <summary>Something that has pods.</summary>
internal sealed record Workload(string Name, string Kind, V1LabelSelector? Selector, V1PodTemplateSpec Template, IReadOnlyList<string> Claims)
{
    public IReadOnlyList<V1Container> Containers { get; } = [.. Template.Spec.InitContainers ?? [], .. Template.Spec.Containers];

    /// <summary>An image that this repository builds.</summary>
    public bool IsOurs => Containers.Any(container => container.Image.Contains("gateway/", StringComparison.Ordinal));

    public bool IsSelectedBy(V1LabelSelector selector) =>
        (selector.MatchLabels ?? new Dictionary<string, string>()).All(label => Template.Metadata.Labels.TryGetValue(label.Key, out var value) && value == label.Value)
        && (selector.MatchExpressions ?? []).All(expression =>
            expression.OperatorProperty == "In" && Template.Metadata.Labels.TryGetValue(expression.Key, out var value) && expression.Values.Contains(value));

    public bool HasPort(string name) => Containers.Any(container => (container.Ports ?? []).Any(port => port.Name == name));

    public override string ToString() => $"{Kind} {Name}";
}
