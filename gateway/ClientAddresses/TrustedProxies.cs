using System.Net;
using Gateway.Hosting.Settings;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Gateway.ClientAddresses;

/// <summary>
/// Whose word on the client's address counts. Behind a load balancer every connection comes from it; where it is named
/// here (<c>Proxy:TrustedProxies</c>: addresses or networks, separated by commas), the client is whom its
/// X-Forwarded-For names, and https where its X-Forwarded-Proto says so. From anybody else these headers are worth nothing.
/// </summary>
internal sealed class TrustedProxies(IPNetwork[] networks)
{
    private const string Setting = "Proxy:TrustedProxies";

    /// <exception cref="SettingException">One of them is neither an address nor a network.</exception>
    public static TrustedProxies Read(IConfiguration configuration) => new(Array.ConvertAll(
        (configuration[Setting] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), Parse));

    /// <summary>Whether a connection from that address comes from one of them.</summary>
    public bool Contain(IPAddress? address)
    {
        if (address is null || networks.Length == 0)
        {
            return false;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(networks, network => network.Contains(plain));
    }

    public void Apply(ForwardedHeadersOptions options)
    {
        options.ForwardedHeaders = networks.Length == 0
            ? ForwardedHeaders.None
            : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;

        // From the last hop back to the first that is not trusted, however many proxies there are.
        options.ForwardLimit = null;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
        {
            options.KnownIPNetworks.Add(network);
        }
    }

    private static IPNetwork Parse(string text)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        }

        return IPNetwork.TryParse(text, out var network)
            ? network
            : throw new SettingException(
                Setting, $"\"{text}\" is neither an address nor a network; allowed are such as 10.0.0.7, 10.0.0.0/8 or fd00::/8, separated by commas");
    }
}

/// <summary>Adds them.</summary>
internal static class TrustedProxiesExtensions
{
    public static void AddTrustedProxies(this WebApplicationBuilder builder)
    {
        var proxies = TrustedProxies.Read(builder.Configuration);
        builder.Services.AddSingleton(proxies);
        builder.Services.Configure<ForwardedHeadersOptions>(proxies.Apply);
    }
}
