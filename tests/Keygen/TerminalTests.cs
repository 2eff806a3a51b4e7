using System.Diagnostics;
using Gateway.Contracts;
using Gateway.Contracts.ApiKeys;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Keygen.Tests;

/// <summary>What only a terminal can show, and whoever presses Ctrl-C at it.</summary>
public sealed class TerminalTests(TestServers servers) : ProcessTest(servers)
{
    [Fact]
    public async Task Terminal_gets_a_table_and_is_asked_before_a_key_is_revoked()
    {
        var (id, _) = await CreateKeyAsync("terminal key");

        var table = await ShellAsync($"script -qec '{Keygen} list' /dev/null < /dev/null");
        var question = await ShellAsync($"echo n | script -qec '{Keygen} revoke {id}' /dev/null");

        Assert.Contains("NAME", table.Output, StringComparison.Ordinal);
        Assert.Contains("[y/N]", question.Output, StringComparison.Ordinal);
        Assert.Contains("nothing was changed", question.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_that_is_typed_to_be_verified_is_not_shown()
    {
        var key = ApiKeyFormat.Generate(ApiKeyEnvironment.Live);
        using var directory = new TemporaryDirectory();

        // Typed when the terminal has stopped to show what is typed, not before: it would be the terminal's fault then.
        var result = await ShellAsync($$"""
            cd {{directory.Path}} && mkfifo typed
            timeout 60 script -qec 'tty > tty; exec {{Keygen}} verify --offline' /dev/null < typed &
            exec 3> typed
            for attempt in $(seq 600); do
                [ -s tty ] && stty -a -F "$(cat tty)" | grep -q -- '-echo ' && break
                sleep 0.1
            done
            printf '%s\r' '{{key}}' >&3
            wait
            """);

        Assert.Contains("Key: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("well-formed", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(key[9..], result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_while_keys_of_a_file_are_made_makes_none_and_says_so()
    {
        await using var connection = await ConnectAsync();
        await using var holding = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("LOCK TABLE api_keys IN SHARE MODE", connection))
        {
            await command.ExecuteNonQueryAsync();
        }

        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "keygen.dll"), "create", "--org-id", $"{Organization}", "--from", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment[EnvironmentVariables.DatabaseUrl] = DatabaseUrl;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync("name\none\ntwo\n");
        process.StandardInput.Close();
        await Eventually.IsTrueAsync(
            () => ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"),
            "the keys are being made");

        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        var output = await process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(1, process.ExitCode);
        Assert.Equal(3, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("keygen: nothing was made, and the keys that were printed do not work: interrupted\n", error);
        await holding.RollbackAsync();
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM api_keys"));
    }

    [Fact]
    public async Task Terminal_gets_no_colors_where_NO_COLOR_is_set()
    {
        var colored = await ShellAsync($"TERM=xterm script -qec '{Keygen} org list' /dev/null < /dev/null");
        var plain = await ShellAsync($"TERM=xterm NO_COLOR=1 script -qec '{Keygen} org list' /dev/null < /dev/null");

        Assert.Contains("\u001b[1m", colored.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[1m", plain.Output, StringComparison.Ordinal);
    }
}
