using System.Net;
using System.Text;

namespace Gateway.LoadTests.Wire;

/// <summary>One request as it goes over the wire, again and again, and where to.</summary>
/// <param name="Server">An address of this machine.</param>
/// <param name="Bytes">Request line and headers, with the empty line behind them; no body.</param>
internal sealed record WireRequest(IPEndPoint Server, byte[] Bytes)
{
    /// <param name="port">Of 127.0.0.1.</param>
    /// <param name="path">In origin form.</param>
    /// <param name="headers">Beside <c>Host</c>.</param>
    public static WireRequest Get(int port, string path, params (string Name, string Value)[] headers) => Of("GET", port, path, headers);

    /// <param name="method">One that needs no body.</param>
    /// <param name="port">Of 127.0.0.1.</param>
    /// <param name="path">In origin form.</param>
    /// <param name="headers">Beside <c>Host</c>.</param>
    public static WireRequest Of(string method, int port, string path, params (string Name, string Value)[] headers)
    {
        var text = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n");
        foreach (var (name, value) in headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return new WireRequest(new IPEndPoint(IPAddress.Loopback, port), Encoding.Latin1.GetBytes(text.Append("\r\n").ToString()));
    }
}
