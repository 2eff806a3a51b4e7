using System.Security.Cryptography;
using System.Text;
using Gateway.LoadTests.Wire;
using Gateway.LocalStack.Servers;
using StackExchange.Redis;

namespace Gateway.LoadTests.Compare;

/// <summary>nginx with Lua, built as Kong and APISIX are.</summary>
internal static class NginxLuaContestant
{
    private const string Module = "/usr/lib/nginx/modules/ngx_http_lua_module.so";
    private const string Library = "/usr/share/lua/5.1/nginx/redis.lua";

    // Of the form that ours have; nginx does not care.
    private const string Key = "sk_test_comparecomparecomparecomparecomp";

    /// <summary>Why it cannot be started; null where it can.</summary>
    public static string? Missing() => Array.Find([NginxServer.Program, Module, Library], static file => !File.Exists(file)) is { } file
        ? $"there is no {file}"
        : null;

    public static async Task<Contestant> StartAsync(CompareServers servers, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(servers.Folder, ContestantNames.NginxLua);
        var port = FreePort.Next();
        var redis = await RedisServer.StartAsync(Path.Combine(folder, "redis"), FreePort.Next(), cancellationToken);
        try
        {
            var process = await NginxServer.StartAsync(
                folder,
                "nginx-lua.conf",
                port,
                [
                    ("workers", Environment.ProcessorCount),
                    ("backend", servers.BackendPort),
                    ("redis", redis.Port),
                    ("script", await LoadScriptAsync(redis)),
                    ("hash", Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Key)))),
                ],
                cancellationToken);
            return new Contestant(
                ContestantNames.NginxLua, WireRequest.Get(port, Contestants.Path, ("Authorization", $"Bearer {Key}")), [process])
            {
                Redis = redis,
            };
        }
        catch
        {
            await redis.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> LoadScriptAsync(RedisServer redis)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port}");
        var result = await connection.GetDatabase().ExecuteAsync("SCRIPT", "LOAD", PeerFile.Read("bucket.lua"));
        return result.ToString();
    }
}
