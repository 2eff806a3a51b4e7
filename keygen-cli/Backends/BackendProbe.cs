using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gateway.Contracts.Backends;

namespace Gateway.Keygen.Backends;

/// <summary>
/// Asks one address as a gateway's health check would: no proxy, no redirects, no credentials, and of the answer only the
/// headers. Never throws for what is wrong over there.
/// </summary>
internal sealed class BackendProbe
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private SslPolicyErrors _tlsErrors;
    private X509ChainStatusFlags _chain;
    private DateTime? _certificateExpiresAt;

    private BackendProbe(TimeProvider time, TimeSpan timeout)
    {
        _time = time;
        _timeout = timeout;
    }

    /// <param name="time">What measures.</param>
    /// <param name="address">As it is stored.</param>
    /// <param name="backend">Whose it is: for the health path and the protocol.</param>
    /// <param name="timeout">How long to wait for an answer.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<AddressCheck> AskAsync(
        TimeProvider time, string address, Backend backend, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!BackendAddress.TryParse(address, out _, out var problem))
        {
            return new AddressCheck { Url = null, Problem = problem };
        }

        var url = backend.HealthPath is { } path ? new Uri(address.TrimEnd('/') + '/' + path.TrimStart('/')) : new Uri(address);
        return await new BackendProbe(time, timeout).AskAsync(url, backend, cancellationToken);
    }

    private async Task<AddressCheck> AskAsync(Uri url, Backend backend, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(NewHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        using var request = NewRequest(url, backend.Protocol);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_timeout);
        var started = _time.GetTimestamp();
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            return Result((int)response.StatusCode, $"{response.Version}", Judge(response.StatusCode, backend.HealthPath is not null));
        }
        catch (HttpRequestException exception)
        {
            return Result(null, null, Describe(exception));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Result(null, null, string.Create(CultureInfo.InvariantCulture, $"no answer in {_timeout.TotalSeconds} s"));
        }

        AddressCheck Result(int? status, string? version, string? problem) => new()
        {
            Url = url.AbsoluteUri,
            Status = status,
            HttpVersion = version,
            Milliseconds = (long)_time.GetElapsedTime(started).TotalMilliseconds,
            CertificateExpiresAt = _certificateExpiresAt,
            Problem = problem,
        };
    }

    private static HttpRequestMessage NewRequest(Uri url, string? protocol)
    {
        var isHttp2 = protocol is not (null or BackendProtocol.Default);
        var request = new HttpRequestMessage(HttpMethod.Get, url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = isHttp2 ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.UserAgent.ParseAdd("keygen");
        return request;
    }

    /// <summary>A health path has to answer 2xx, as gateways want it; anything else only has to be alive.</summary>
    private static string? Judge(HttpStatusCode status, bool isHealth)
    {
        var works = isHealth ? (int)status is >= 200 and < 300 : (int)status < 500;
        return works ? null : $"answers {(int)status}";
    }

    private SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Look },
    };

    // Only looks: what the system does not trust stays refused.
    private bool Look(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _tlsErrors = errors;
        _certificateExpiresAt = (certificate as X509Certificate2)?.NotAfter.ToUniversalTime();
        foreach (var status in chain?.ChainStatus ?? [])
        {
            _chain |= status.Status;
        }

        return errors == SslPolicyErrors.None;
    }

    private string Describe(HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "its name cannot be resolved here",
        HttpRequestError.ConnectionError when exception.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "refuses the connection",
        HttpRequestError.ConnectionError => $"cannot be connected to: {exception.GetBaseException().Message}",
        HttpRequestError.SecureConnectionError => $"TLS fails: {DescribeTls(exception)}",
        HttpRequestError.ResponseEnded => "closes the connection without an answer",
        HttpRequestError.InvalidResponse => "does not answer in HTTP",
        HttpRequestError.VersionNegotiationError => "does not speak HTTP/2",
        HttpRequestError.HttpProtocolError => "does not speak HTTP/2 as it should",
        _ => exception.GetBaseException().Message,
    };

    private string DescribeTls(HttpRequestException exception) => _tlsErrors switch
    {
        _ when _chain.HasFlag(X509ChainStatusFlags.NotTimeValid) => "its certificate has expired or is not valid yet",
        _ when _tlsErrors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => "its certificate is for another name",
        _ when _tlsErrors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) => $"its certificate is not trusted here ({_chain})",
        _ => exception.GetBaseException().Message,
    };
}
