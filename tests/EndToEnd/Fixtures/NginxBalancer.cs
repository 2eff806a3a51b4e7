using System.Net;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Fixtures;

/// <summary>
/// nginx in front of gateways, and beside it what tells nginx which of them are ready, as ingress controllers and their like do: nginx
/// itself does not ask. Connections to gateways are kept open, and what one of them fails is not tried at another.
/// </summary>
internal sealed class NginxBalancer : IAsyncDisposable
{
    // Debian's is not in everybody's PATH.
    private const string Program = "/usr/sbin/nginx";

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly string _folder;
    private readonly int _port;
    private readonly Uri[] _gateways;
    // A gateway that is told to stop says so at once. One that is late is on a busy machine, and where all are there would be nobody left.
    private readonly HttpClient _health = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly CancellationTokenSource _stopping = new();
    private bool[] _ready = [];
    private ChildProcess _process = null!;
    private Task _following = Task.CompletedTask;

    private NginxBalancer(string folder, int port, Uri[] gateways)
    {
        _folder = folder;
        _port = port;
        _gateways = gateways;
        Url = new Uri($"http://127.0.0.1:{port}");
    }

    public Uri Url { get; }

    private string ConfigurationFile => Path.Combine(_folder, "nginx.conf");

    public static async Task<NginxBalancer> StartAsync(string folder, params Uri[] gateways)
    {
        if (!File.Exists(Program))
        {
            Assert.Skip($"there is no {Program}");
        }

        Directory.CreateDirectory(folder);
        var balancer = new NginxBalancer(folder, FreePort.Next(), gateways);
        balancer._ready = await balancer.LookAsync();
        await balancer.WriteAsync();
        balancer._process = await Readiness.StartAsync(
            new ChildProcessOptions("nginx", Program, ["-c", balancer.ConfigurationFile, "-p", folder], Path.Combine(folder, "nginx.log")),
            token => Readiness.AnswersOkAsync(balancer._health, $"{balancer.Url}health/live", token),
            TimeSpan.FromSeconds(30),
            default);
        balancer._following = balancer.FollowAsync();
        return balancer;
    }

    /// <summary>Completes when requests are sent to that many gateways.</summary>
    public Task UntilReadyAsync(int gateways) =>
        Eventually.EqualsAsync(gateways, () => Task.FromResult(Volatile.Read(ref _ready).Count(isReady => isReady)), TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _process.DisposeAsync();
        _health.Dispose();
        _stopping.Dispose();
    }

    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(LookInterval);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            var ready = await LookAsync();
            if (!ready.SequenceEqual(_ready))
            {
                Volatile.Write(ref _ready, ready);
                await WriteAsync();
                _process.Send(Signal.HangUp);
            }
        }
    }

    private Task<bool[]> LookAsync() => Task.WhenAll(_gateways.Select(async gateway =>
    {
        try
        {
            using var response = await _health.GetAsync(new Uri(gateway, "/health/ready"), _stopping.Token);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }));

    private Task WriteAsync() => File.WriteAllTextAsync(
        ConfigurationFile,
        $$"""
        daemon off;
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        pid {{_folder}}/nginx.pid;
        error_log stderr warn;
        events { worker_connections 1024; }
        http {
            access_log off;
            client_body_temp_path {{_folder}}/body;
            proxy_temp_path {{_folder}}/proxy;
            fastcgi_temp_path {{_folder}}/fastcgi;
            uwsgi_temp_path {{_folder}}/uwsgi;
            scgi_temp_path {{_folder}}/scgi;
            upstream gateways {
                {{string.Concat(_gateways.Select((gateway, index) => $"server {gateway.Authority}{(_ready[index] ? "" : " down")}; "))}}
                keepalive 32;
            }
            server {
                listen 127.0.0.1:{{_port}};
                location / {
                    proxy_pass http://gateways;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_next_upstream off;
                }
            }
        }
        """);
}
