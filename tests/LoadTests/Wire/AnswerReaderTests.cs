using System.Text;
using Gateway.LoadTests.Wire;

namespace Gateway.LoadTests.Tests.Wire;

public sealed class AnswerReaderTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200)]
    [InlineData("HTTP/1.1 404 Not Found\r\ncontent-length:0\r\n\r\n", 404)]
    [InlineData("HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n", 204)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n1A;name=value\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n", 200)]
    [InlineData("HTTP/1.1 503 x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\r\n\r\n0\r\nTrailer: 1\r\nOther: 2\r\n\r\n", 503)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 200)]
    public void Answer_ends_with_its_last_byte_however_it_is_cut(string answer, int status)
    {
        var bytes = Encoding.ASCII.GetBytes(answer);
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            var reader = default(AnswerReader);
            var read = reader.Read(bytes.AsSpan(0, cut));
            Assert.False(reader.HasEnded, $"ended after {cut} of {bytes.Length} bytes");

            read += reader.Read(bytes.AsSpan(read));

            Assert.True(reader.HasEnded);
            Assert.Equal((bytes.Length, status), (read, reader.Status));
        }
    }

    [Fact]
    public void What_follows_an_answer_is_left_alone()
    {
        var reader = default(AnswerReader);

        Assert.Equal(39, reader.Read("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1"u8));
        Assert.True(reader.HasEnded);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2 and so on\r\n\r\n")]
    [InlineData("HTTP/1.1 abc\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfive\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n")]
    public void What_is_no_answer_is_malformed(string answer)
    {
        var reader = default(AnswerReader);

        reader.Read(Encoding.ASCII.GetBytes(answer));

        Assert.True(reader.IsMalformed);
    }

    [Fact]
    public void Answer_without_a_length_ends_with_its_connection()
    {
        var reader = default(AnswerReader);

        reader.Read("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello"u8);

        Assert.Equal((false, true, true), (reader.HasEnded, reader.EndsWithConnection, reader.Closes));
    }
}
