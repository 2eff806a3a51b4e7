using Gateway.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Hosting.Observability;

/// <summary>Whether spans are sent, by OpenTelemetry's own variables. The SDK reads the rest of them, and says nothing of those that make no sense.</summary>
internal static class TraceSettings
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string TracesProtocol = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";

    /// <summary>Whether there is an endpoint.</summary>
    /// <exception cref="SettingException">It is none, or its protocol is not spoken here.</exception>
    public static bool AreTracesSent(IConfiguration configuration)
    {
        CheckProtocol(configuration, Protocol);
        CheckProtocol(configuration, TracesProtocol);

        // Both, whichever is used: one that is wrong was meant to be used.
        return CheckEndpoint(configuration, Endpoint) | CheckEndpoint(configuration, TracesEndpoint);
    }

    private static bool CheckEndpoint(IConfiguration configuration, string name)
    {
        if (configuration[name] is not { Length: > 0 } value)
        {
            return false;
        }

        // Not repeated: it may hold a password.
        return Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
            ? true
            : throw new SettingException(name, "is no URL of a collector; allowed is such as http://collector:4317, or http://collector:4318 with http/protobuf");
    }

    private static void CheckProtocol(IConfiguration configuration, string name)
    {
        if (configuration[name] is { Length: > 0 } value and not ("grpc" or "http/protobuf"))
        {
            throw new SettingException(name, $"\"{value}\" is not allowed; allowed is grpc or http/protobuf, default grpc");
        }
    }
}
