using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Fixtures;

/// <summary>The backend's end of a connection, after a request's head.</summary>
internal sealed class BackendConnection(Socket socket, CancellationToken stopping)
{
    public async Task<string?> ReadHeadAsync()
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await socket.ReceiveAsync(buffer, stopping);
            if (count == 0)
            {
                return null;
            }

            head.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return head.ToString();
    }

    public Task SendAsync(string text) => socket.SendAsync(Encoding.Latin1.GetBytes(text), stopping).AsTask();

    public Task DelayAsync(int milliseconds) => Task.Delay(milliseconds, stopping);

    /// <summary>Says nothing until the other side hangs up.</summary>
    public async Task HangAsync()
    {
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, stopping) > 0)
        {
            // What still comes is of no interest.
        }
    }

    /// <summary>Breaks off with a RST.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }
}
