using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using FsCheck.Fluent;
using Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Transparency;

/// <summary>Whatever a client sends is what the backend gets, except for the headers of the design.</summary>
public sealed class FidelityTests(TransparentGateway gateway) : IClassFixture<TransparentGateway>
{
    private const int Requests = 300;

    // To the backend these are ours, and what they stand for is asserted elsewhere.
    private static readonly HashSet<string> Ours = new(StringComparer.OrdinalIgnoreCase)
    {
        "X-Api-Key", "X-Organization-Id", "X-Api-Key-Id", "X-Request-Id", "traceparent",
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "Host", "Connection",
    };

    [Fact]
    public async Task Method_path_query_headers_and_body_arrive_as_they_were_sent()
    {
        var customer = await gateway.CustomerAsync();
        var seen = new ConcurrentQueue<string>();
        var path = gateway.Answer(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            seen.Enqueue(Describe(
                context.Request.Method,
                context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
                context.Request.Headers.SelectMany(header => header.Value, (header, value) => (header.Key, value ?? "")),
                body.ToArray()));
        });
        await using var connection = await RawConnection.OpenAsync(gateway.Http1Address);
        var answers = 0;

        foreach (var request in SentRequest.Any.Sample(Requests, size: 40))
        {
            await connection.SendAsync(request.ToWire(path, customer.Key));
            await connection.ReadAnswersAsync(++answers);

            Assert.True(seen.TryDequeue(out var received), $"was not forwarded: {request}");
            Assert.Equal(Describe(request.Method, path + request.Path + request.Query, request.Framed(), request.Body), received);
        }
    }

    /// <summary>As RFC 9110 reads it: names without case, lines of one name as a list (5.3), no body as one of length 0 (8.6).</summary>
    private static string Describe(string method, string target, IEnumerable<(string Name, string Value)> headers, byte[] body)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{method} {target}\n");
        foreach (var header in headers
            .Where(static header => !Ours.Contains(header.Name) && header is not { Name: "Content-Length", Value: "0" })
            .GroupBy(static header => header.Name, static header => header.Value, StringComparer.OrdinalIgnoreCase)
            .OrderBy(static header => header.Key, StringComparer.OrdinalIgnoreCase))
        {
            text.Append(CultureInfo.InvariantCulture, $"{header.Key.ToUpperInvariant()}: {string.Join(", ", header)}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{Convert.ToHexString(body)}").ToString();
    }
}
