using System.Net;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Gateway.Proxying.Health;

/// <summary>What active health checks ask. YARP's own would escape a query in the path, and tell which YARP this is.</summary>
internal sealed class ProbeRequestFactory : IProbingRequestFactory
{
    private const string UserAgent = "Gateway-Health-Check";

    public HttpRequestMessage CreateRequest(ClusterModel cluster, DestinationModel destination)
    {
        var config = destination.Config;
        var address = string.IsNullOrEmpty(config.Health) ? config.Address : config.Health;
        var path = cluster.Config.HealthCheck?.Active?.Path;
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(string.IsNullOrEmpty(path) ? address : address.TrimEnd('/') + '/' + path.TrimStart('/')))
        {
            Version = cluster.Config.HttpRequest?.Version ?? HttpVersion.Version20,
            VersionPolicy = cluster.Config.HttpRequest?.VersionPolicy ?? HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.UserAgent.ParseAdd(UserAgent);
        if (!string.IsNullOrEmpty(config.Host))
        {
            request.Headers.Host = config.Host;
        }

        return request;
    }
}
