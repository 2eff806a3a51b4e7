using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gateway.Listening;

/// <summary>Makes Kestrel listen for customers, with the limits that keep one of them from using up what all need.</summary>
internal static class ListeningExtensions
{
    // A client that died without a word would otherwise hold its HTTP/2 streams for ever.
    private static readonly TimeSpan PingAfterSilence = TimeSpan.FromSeconds(60);

    public static void AddListening(this WebApplicationBuilder builder, ListeningOptions options)
    {
        var certificate = options.Tls is { } tls ? ServerCertificate.Load(tls) : null;
        builder.Services.AddSingleton(options);
        if (certificate is not null)
        {
            builder.Services.AddSingleton(certificate);
            builder.Services.AddHostedService<CertificateRenewal>();
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // One byte is one character: header values arrive at the other side with the bytes they had here.
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;

            Set(kestrel.Limits, options.Limits);
            kestrel.Listen(options.Address, options.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is not null)
                {
                    listen.Protocols = HttpProtocols.Http1AndHttp2;
                    listen.UseHttps(Handshake(certificate, options.Limits.HeaderTimeout));
                }
            });
            if (options.Http2Port is { } http2Port)
            {
                kestrel.Listen(options.Address, http2Port, static listen => listen.Protocols = HttpProtocols.Http2);
            }
        });
    }

    /// <summary>Takes part in the pipeline only where a limit is set.</summary>
    public static void UseBodyLimit(this WebApplication application, ListeningOptions options)
    {
        if (options.Limits.BodyBytes > 0)
        {
            application.UseMiddleware<BodyLimitMiddleware>();
        }
    }

    private static void Set(KestrelServerLimits kestrel, ClientLimits limits)
    {
        kestrel.MaxRequestBodySize = limits.BodyBytes > 0 ? limits.BodyBytes : null;
        kestrel.MaxRequestHeadersTotalSize = limits.HeaderBytes;
        kestrel.MaxRequestHeaderCount = limits.HeaderCount;
        kestrel.MaxRequestLineSize = limits.RequestLineBytes;
        kestrel.MaxRequestBufferSize = Math.Max(kestrel.MaxRequestBufferSize!.Value, limits.HeaderBytes + limits.RequestLineBytes);
        kestrel.RequestHeadersTimeout = limits.HeaderTimeout;
        kestrel.KeepAliveTimeout = limits.KeepAliveTimeout;
        kestrel.MinRequestBodyDataRate = Rate(limits.MinimumRequestRate, limits.RateGrace);
        kestrel.MinResponseDataRate = Rate(limits.MinimumResponseRate, limits.RateGrace);
        kestrel.MaxConcurrentConnections = limits.Connections > 0 ? limits.Connections : null;
        kestrel.Http2.MaxStreamsPerConnection = limits.Http2Streams;
        kestrel.Http2.MaxRequestHeaderFieldSize = limits.HeaderBytes;
        kestrel.Http2.KeepAlivePingDelay = PingAfterSilence;
    }

    private static MinDataRate? Rate(int bytesPerSecond, TimeSpan grace) =>
        bytesPerSecond > 0 ? new MinDataRate(bytesPerSecond, grace) : null;

    private static TlsHandshakeCallbackOptions Handshake(ServerCertificate certificate, TimeSpan timeout) => new()
    {
        HandshakeTimeout = timeout,
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Current,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        }),
    };
}
