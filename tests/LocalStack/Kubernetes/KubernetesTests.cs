using System.Text.RegularExpressions;
using Gateway.Contracts;
using Gateway.LocalStack.Tests.Compose;
using Gateway.Testing;
using k8s.Models;

namespace Gateway.LocalStack.Tests.Kubernetes;

/// <summary>What can be said of deploy/kubernetes without a cluster: that it is made of what Kubernetes knows, and that its parts fit.</summary>
public sealed partial class KubernetesTests
{
    /// <summary>What a stopping service may take, after the gateway's draining (<c>ServiceHost</c>).</summary>
    private const int ShutdownSeconds = 30;

    public static TheoryData<string> Overlays => new("single", "production");

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Selectors_name_pods_and_pods_are_whole(string name)
    {
        var overlay = await Manifests.RenderAsync(name);
        Assert.NotEmpty(overlay.Workloads);

        foreach (var workload in overlay.Workloads)
        {
            Assert.True(workload.Selector is null || workload.IsSelectedBy(workload.Selector), $"{workload} does not select its own pods");
            var volumes = workload.Claims.Concat((workload.Template.Spec.Volumes ?? []).Select(volume => volume.Name)).ToList();
            foreach (var container in workload.Containers)
            {
                Assert.All(container.VolumeMounts ?? [], mount => Assert.Contains(mount.Name, volumes));
                foreach (var probe in (V1Probe?[])[container.StartupProbe, container.LivenessProbe, container.ReadinessProbe])
                {
                    Assert.All(
                        (string?[])[probe?.HttpGet?.Port?.Value, probe?.TcpSocket?.Port?.Value],
                        port => Assert.True(port is null || workload.HasPort(port), $"{workload} is asked at port {port}, which it has not"));
                }
            }

            Assert.True(
                workload.Template.Spec.ServiceAccountName is not { } account || overlay.Of<V1ServiceAccount>().Any(known => known.Name() == account),
                $"{workload} has no service account");
        }

        foreach (var service in overlay.Of<V1Service>())
        {
            var selected = Assert.Single(overlay.Workloads, workload => workload.IsSelectedBy(new V1LabelSelector { MatchLabels = service.Spec.Selector }));
            Assert.All(service.Spec.Ports, port => Assert.True(selected.HasPort(port.TargetPort.Value), $"service {service.Name()} leads to no port of {selected}"));
        }

        foreach (var set in overlay.Of<V1StatefulSet>())
        {
            Assert.Contains(overlay.Of<V1Service>(), service => service.Name() == set.Spec.ServiceName);
        }

        Assert.All(overlay.Of<ServiceMonitor>(), monitor =>
        {
            var service = Assert.Single(overlay.Of<V1Service>(), service => monitor.Spec.Selector.MatchLabels.All(label => service.Labels()?.TryGetValue(label.Key, out var value) == true && value == label.Value));
            Assert.All(monitor.Spec.Endpoints, endpoint => Assert.Contains(service.Spec.Ports, port => port.Name == endpoint.Port));
        });
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Pods_are_what_the_restricted_standard_allows_and_have_limits(string name)
    {
        var overlay = await Manifests.RenderAsync(name);

        Assert.Equal("restricted", Assert.Single(overlay.Of<V1Namespace>()).Labels()["pod-security.kubernetes.io/enforce"]);
        foreach (var workload in overlay.Workloads)
        {
            var pod = workload.Template.Spec;
            Assert.True(pod.SecurityContext.RunAsNonRoot == true && pod.SecurityContext.RunAsUser > 0, $"{workload} may be root");
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            Assert.True(pod.AutomountServiceAccountToken == false, $"{workload} has a token");
            Assert.True(pod.EnableServiceLinks == false, $"{workload} gets variables of services");
            Assert.True(pod is { HostNetwork: null, HostPID: null, HostIPC: null }, $"{workload} sees its machine");
            Assert.All(pod.Volumes ?? [], volume => Assert.Null(volume.HostPath));
            foreach (var container in workload.Containers)
            {
                Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
                Assert.True(container.SecurityContext.AllowPrivilegeEscalation == false, $"{workload} may gain privileges");
                Assert.True(container.SecurityContext.ReadOnlyRootFilesystem == true || !workload.IsOurs, $"{workload} can write to its image");
                Assert.True(container.Resources.Limits.ContainsKey("memory") && container.Resources.Requests.ContainsKey("cpu"), $"{workload} has no limits");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_pod_is_let_in_and_out_by_policies_of_its_own_only(string name)
    {
        var overlay = await Manifests.RenderAsync(name);
        var policies = overlay.Of<V1NetworkPolicy>().ToList();

        var denied = Assert.Single(policies, policy => policy.Name() == "deny-all");
        Assert.True(denied.Spec is { Ingress: null, Egress: null } && denied.Spec.PolicyTypes.Count == 2 && denied.Spec.PodSelector.MatchLabels is null);
        Assert.All(overlay.Workloads, workload => Assert.Single(policies, policy => policy.Spec.PodSelector.MatchLabels is not null && workload.IsSelectedBy(policy.Spec.PodSelector)));
        foreach (var policy in policies.Where(policy => policy.Spec.PodSelector.MatchLabels is not null))
        {
            var selected = Assert.Single(overlay.Workloads, workload => workload.IsSelectedBy(policy.Spec.PodSelector));
            Assert.All(
                (policy.Spec.Ingress ?? []).SelectMany(rule => rule.Ports),
                port => Assert.True(selected.HasPort(port.Port.Value), $"policy {policy.Name()} opens port {port.Port.Value}, which {selected} has not"));
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Settings_and_secrets_that_pods_read_exist(string name)
    {
        var overlay = await Manifests.RenderAsync(name);
        var configurations = overlay.Of<V1ConfigMap>().ToDictionary(map => map.Name(), map => map.Data.Keys.ToHashSet());
        foreach (var container in overlay.Workloads.SelectMany(workload => workload.Containers))
        {
            Assert.All(container.EnvFrom ?? [], source => Assert.True(configurations.ContainsKey(source.ConfigMapRef.Name)));
            Assert.All(container.Env ?? [], variable => Assert.Null(variable.ValueFrom));
        }

        // Production's secrets are made by others, of the same names and with the same keys as those of a single machine.
        var single = await Manifests.RenderAsync("single");
        var secrets = single.Of<V1Secret>().ToDictionary(secret => HashSuffix.Replace(secret.Name(), ""), secret => secret.Data.Keys.ToHashSet());
        foreach (var (secret, key) in overlay.Workloads.SelectMany(SecretKeys))
        {
            Assert.True(secrets.TryGetValue(HashSuffix.Replace(secret, ""), out var keys), $"there is no secret {secret}");
            Assert.True(key is null || keys.Contains(key), $"secret {secret} has no {key}");
        }

        if (name == "production")
        {
            Assert.Empty(overlay.Of<V1Secret>());
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Variables_are_those_of_the_contracts_and_of_the_readme(string name)
    {
        var overlay = await Manifests.RenderAsync(name);
        var readme = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "README.md"));
        string[] contracts = [.. EnvironmentVariables.Secrets.Select(secret => secret + EnvironmentVariables.FileSuffix), EnvironmentVariables.KafkaBootstrapServers];
        var ours = overlay.Workloads.Where(workload => workload.IsOurs && workload.Name != "sample-backend").ToList();
        var names = ours.SelectMany(workload => workload.Containers).SelectMany(container => container.Env ?? []).Select(variable => variable.Name)
            .Concat(overlay.Of<V1ConfigMap>().SelectMany(map => map.Data.Keys))
            .Distinct();

        Assert.All(names, variable => Assert.True(
            contracts.Contains(variable) || readme.Contains($"`{variable.Replace("__", ":", StringComparison.Ordinal)}`", StringComparison.Ordinal), $"nothing reads {variable}"));
        Assert.All(
            ours.SelectMany(workload => workload.Containers).SelectMany(container => container.Env ?? []).Where(variable => variable.Name.EndsWith(EnvironmentVariables.FileSuffix, StringComparison.Ordinal)),
            variable => Assert.StartsWith("/run/secrets/", variable.Value, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Gateway_has_the_time_that_it_takes_to_drain_and_to_stop(string name)
    {
        var overlay = await Manifests.RenderAsync(name);
        var settings = Assert.Single(overlay.Of<V1ConfigMap>(), map => map.Name().StartsWith("gateway-settings", StringComparison.Ordinal)).Data;
        var drain = int.Parse(settings["Shutdown__DrainSeconds"]);

        Assert.True(Assert.Single(overlay.Workloads, workload => workload.Name == "gateway").Template.Spec.TerminationGracePeriodSeconds > drain + ShutdownSeconds);
        Assert.True(Assert.Single(overlay.Workloads, workload => workload.Name == "usage-processor").Template.Spec.TerminationGracePeriodSeconds > ShutdownSeconds);
    }

    [Fact]
    public async Task Journal_stays_when_its_pod_is_deleted_or_scaled_away()
    {
        var gateway = Assert.Single((await Manifests.RenderAsync("production")).Of<V1StatefulSet>());

        Assert.Equal(("Retain", "Retain"), (gateway.Spec.PersistentVolumeClaimRetentionPolicy.WhenDeleted, gateway.Spec.PersistentVolumeClaimRetentionPolicy.WhenScaled));
        var journal = gateway.Spec.Template.Spec.Containers[0].Env.Single(variable => variable.Name == "Usage__JournalDirectory").Value;
        var mount = Assert.Single(gateway.Spec.Template.Spec.Containers[0].VolumeMounts, mount => mount.Name == gateway.Spec.VolumeClaimTemplates[0].Name());
        Assert.StartsWith($"{mount.MountPath}/", journal, StringComparison.Ordinal);

        // A runtime mounts a volume of its own on what an image declares, unless that is exactly what is mounted.
        Assert.Contains($"\nVOLUME {mount.MountPath}\n", await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "deploy", "docker", "Dockerfile")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Production_scales_and_survives_what_exists()
    {
        var overlay = await Manifests.RenderAsync("production");

        foreach (var scaler in overlay.Of<V2HorizontalPodAutoscaler>())
        {
            Assert.Contains(overlay.Workloads, workload => workload.Name == scaler.Spec.ScaleTargetRef.Name && workload.Kind == scaler.Spec.ScaleTargetRef.Kind);

            // Each apply would scale it back.
            Assert.DoesNotContain(overlay.Of<V1StatefulSet>(), set => set.Name() == scaler.Spec.ScaleTargetRef.Name && set.Spec.Replicas is not null);
        }

        foreach (var server in (string[])["gateway", "usage-processor"])
        {
            var workload = Assert.Single(overlay.Workloads, workload => workload.Name == server);
            Assert.Single(overlay.Of<V1PodDisruptionBudget>(), budget => workload.IsSelectedBy(budget.Spec.Selector));
            Assert.All(workload.Template.Spec.TopologySpreadConstraints, constraint => Assert.True(workload.IsSelectedBy(constraint.LabelSelector)));
            Assert.Equal(2, workload.Template.Spec.TopologySpreadConstraints.Count);
        }
    }

    [Fact]
    public async Task Images_are_those_of_compose_and_production_has_them_all_with_a_version()
    {
        var images = ComposeFile.Services.Values.Select(service => $"{service["image"]}").ToHashSet();
        var single = (await Manifests.RenderAsync("single")).Workloads.SelectMany(workload => workload.Containers).Select(container => container.Image);
        var production = (await Manifests.RenderAsync("production")).Workloads.SelectMany(workload => workload.Containers).Select(container => container.Image);

        Assert.All(single, image => Assert.Contains(image, images));
        Assert.All(production, image => Assert.Matches(@"^registry\.example\.com/gateway/[a-z-]+:\d+\.\d+\.\d+$", image));
    }

    private static IEnumerable<(string Secret, string? Key)> SecretKeys(Workload workload) =>
        (workload.Template.Spec.Volumes ?? []).SelectMany(volume => (IEnumerable<(string, string?)>)
        [
            .. volume.Secret is { } secret ? (secret.Items ?? [new V1KeyToPath { Key = null }]).Select(item => (secret.SecretName, (string?)item.Key)) : [],
            .. (volume.Projected?.Sources ?? []).SelectMany(source => source.Secret.Items.Select(item => (source.Secret.Name, (string?)item.Key))),
        ]);

    [GeneratedRegex("-[a-z0-9]{10}$", RegexOptions.None, 1000)]
    private static partial Regex HashSuffix { get; }
}
