namespace Gateway.LoadTests.Running;

/// <summary>Sends requests as customers do, over connections that are kept; counts what has to be on the bill.</summary>
internal sealed class LoadClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // What is sent has to be what customers send: no proxy in between, nothing followed, no headers for traces.
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
        UseCookies = false,
        UseProxy = false,
    });

    private long _answeredByBackend;
    private long _unanswered;

    /// <summary>Requests that were answered with 2xx: the backend did that, and they are billable.</summary>
    public long AnsweredByBackend => Interlocked.Read(ref _answeredByBackend);

    /// <summary>Requests without an answer: nobody here knows how far they got.</summary>
    public long Unanswered => Interlocked.Read(ref _unanswered);

    /// <summary>A scenario's way to send: GET that URL with that key, and expect one of these.</summary>
    public Func<long, CancellationToken, Task<Response>> Get(Uri url, string key, params int[] expected) =>
        (_, cancellationToken) => SendAsync(new HttpRequestMessage(HttpMethod.Get, url), key, expected, cancellationToken);

    /// <summary>Sends a request; answers when the answer has ended, or there is none.</summary>
    /// <param name="request">Is disposed of.</param>
    /// <param name="key">Goes with it; null for none.</param>
    /// <param name="expected">The statuses that are fine; 200 where there is none.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<Response> SendAsync(HttpRequestMessage request, string? key, int[] expected, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        using (request)
        {
            if (key is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
            }

            try
            {
                using var response = await _client.SendAsync(request, timeout.Token);
                await using var body = await response.Content.ReadAsStreamAsync(timeout.Token);
                var status = (int)response.StatusCode;
                var bytes = await CountAsync(body, timeout.Token);
                if (response.IsSuccessStatusCode)
                {
                    Interlocked.Increment(ref _answeredByBackend);
                }

                var isOk = expected.Length == 0 ? status == 200 : expected.Contains(status);
                return new Response(status, isOk, bytes + (request.Content?.Headers.ContentLength ?? 0));
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
            {
                Interlocked.Increment(ref _unanswered);
                return new Response(Response.NoAnswer, IsOk: false, Bytes: 0);
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private static async Task<long> CountAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var total = 0L;
            for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                total += read;
            }

            return total;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
