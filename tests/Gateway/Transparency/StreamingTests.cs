using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Transparency;

public sealed class StreamingTests(TransparentGateway gateway) : IClassFixture<TransparentGateway>
{
    private const string GrpcContentType = "application/grpc";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Server_sent_events_arrive_one_by_one_and_the_headers_before_the_first(int version)
    {
        var events = Channel.CreateUnbounded<string>();
        using var client = await gateway.ClientAsync(version);
        var path = gateway.Answer(
            async context =>
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.Body.FlushAsync();
                await foreach (var text in events.Reader.ReadAllAsync(context.RequestAborted))
                {
                    await context.Response.WriteAsync(text);
                }
            },
            version);

        using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var number = 0; number < 3; number++)
        {
            // The next one is not sent before this one was read.
            events.Writer.TryWrite($"data: {number}\n\n");
            Assert.Equal($"data: {number}", await reader.ReadLineAsync());
            Assert.Equal("", await reader.ReadLineAsync());
        }

        events.Writer.Complete();
        Assert.Null(await reader.ReadLineAsync());
    }

    [Fact]
    public async Task GRPC_call_gets_its_messages_as_they_come_and_its_status_as_a_trailer()
    {
        using var client = await gateway.ClientAsync(version: 2);
        var path = gateway.Answer(
            async context =>
            {
                Assert.Equal("trailers", context.Request.Headers.TE);
                Assert.Equal("1S", context.Request.Headers["grpc-timeout"]);
                context.Response.ContentType = GrpcContentType;
                var buffer = new byte[100];
                for (int count; (count = await context.Request.Body.ReadAsync(buffer)) > 0;)
                {
                    await context.Response.Body.WriteAsync(buffer.AsMemory(0, count));
                }

                context.Response.AppendTrailer("grpc-status", "0");
                context.Response.AppendTrailer("grpc-message", "fine");
            },
            version: 2);
        var messages = Channel.CreateUnbounded<byte[]>();
        using var request = GrpcRequest(path, new ChannelContent(messages.Reader));

        messages.Writer.TryWrite([1]);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        for (byte message = 1; message <= 3; message++)
        {
            Assert.Equal(message, await ReadByteAsync(body));
            messages.Writer.TryWrite([(byte)(message + 1)]);
        }

        messages.Writer.Complete();
        Assert.Equal(4, await ReadByteAsync(body));
        Assert.Equal(-1, await ReadByteAsync(body));
        Assert.Equal("0", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
        Assert.Equal("fine", Assert.Single(response.TrailingHeaders.GetValues("grpc-message")));
    }

    [Fact]
    public async Task GRPC_answer_of_nothing_but_trailers_stays_one()
    {
        using var client = await gateway.ClientAsync(version: 2);
        var path = gateway.Answer(
            context =>
            {
                context.Response.ContentType = GrpcContentType;
                context.Response.Headers["grpc-status"] = "12";
                return Task.CompletedTask;
            },
            version: 2);
        using var request = GrpcRequest(path, new ByteArrayContent([0, 0, 0, 0, 0]));

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("12", Assert.Single(response.Headers.GetValues("grpc-status")));
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task GRPC_call_that_the_backend_resets_is_reset_at_the_client()
    {
        using var client = await gateway.ClientAsync(version: 2);
        var clientHasBeginning = new TaskCompletionSource();
        var path = gateway.Answer(
            async context =>
            {
                context.Response.ContentType = GrpcContentType;
                await context.Response.Body.WriteAsync(new byte[] { 1 });
                await clientHasBeginning.Task;
                context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode: 8);
            },
            version: 2);
        using var request = GrpcRequest(path, new ByteArrayContent([0, 0, 0, 0, 0]));

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        Assert.Equal(1, await ReadByteAsync(body));
        clientHasBeginning.SetResult();

        await Assert.ThrowsAsync<HttpProtocolException>(() => ReadByteAsync(body));
    }

    private static HttpRequestMessage GrpcRequest(string path, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        content.Headers.ContentType = new(GrpcContentType);
        request.Headers.TE.ParseAdd("trailers");
        request.Headers.Add("grpc-timeout", "1S");
        return request;
    }

    private static async Task<int> ReadByteAsync(Stream stream)
    {
        var buffer = new byte[1];
        return await stream.ReadAsync(buffer) == 0 ? -1 : buffer[0];
    }

    /// <summary>A body that is sent as it is written.</summary>
    private sealed class ChannelContent(ChannelReader<byte[]> messages) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await foreach (var message in messages.ReadAllAsync())
            {
                await stream.WriteAsync(message);
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
