using System.Diagnostics;
using Gateway.LocalStack.Processes;

namespace Gateway.LocalStack.Servers;

/// <summary>Waiting for a server to answer.</summary>
public static class Readiness
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    /// <summary>Starts a server and waits until it is ready. One that does not get there, or is no longer wanted, is stopped.</summary>
    /// <exception cref="InvalidOperationException">It ended, or the deadline passed; with its last lines.</exception>
    public static async Task<ChildProcess> StartAsync(
        ChildProcessOptions options, Func<CancellationToken, Task<bool>> isReady, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var process = await ChildProcess.StartAsync(options);
        try
        {
            await WaitAsync(process, isReady, deadline, cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <exception cref="InvalidOperationException">The process ended, or the deadline passed; with its last lines.</exception>
    public static async Task WaitAsync(
        ChildProcess process, Func<CancellationToken, Task<bool>> isReady, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException(
                    $"{process.Name} ended with exit code {process.ExitCode}. Its last lines ({process.LogFile}):\n{process.Tail()}");
            }

            if (await isReady(cancellationToken))
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(started) > deadline)
            {
                throw new InvalidOperationException(
                    $"{process.Name} did not answer within {deadline.TotalSeconds:0} s. Its last lines ({process.LogFile}):\n{process.Tail()}");
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }

    /// <summary>Whether somebody accepts connections there.</summary>
    public static async Task<bool> AcceptsConnectionsAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new System.Net.Sockets.TcpClient();
        try
        {
            await client.ConnectAsync(System.Net.IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    /// <summary>Whether a health URL answers 2xx.</summary>
    public static async Task<bool> AnswersOkAsync(HttpClient client, string url, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.GetAsync(url, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
