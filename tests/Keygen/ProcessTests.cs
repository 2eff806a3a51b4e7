using System.Diagnostics;
using Gateway.Contracts;
using Gateway.Contracts.ApiKeys;
using Gateway.LocalStack.Processes;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Keygen.Tests;

/// <summary>The real process: what only a shell, a pipe and a terminal can show.</summary>
public sealed class ProcessTests(TestServers servers) : KeygenTest(servers)
{
    // A referenced program is copied next to the tests together with its runtime configuration.
    private static readonly string Keygen = $"dotnet exec {Path.Combine(AppContext.BaseDirectory, "keygen.dll")}";

    [Fact]
    public async Task Key_can_be_captured_by_a_shell()
    {
        var result = (await ShellAsync($"KEY=$({Keygen} create --org-id {Organization} --name shell); printf '<%s>' \"$KEY\"")).Succeeded();

        Assert.True(ApiKeyFormat.IsWellFormed(result.Output.AsSpan()[1..^1]));
        Assert.Contains("only this once", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list", 0)]
    [InlineData("list --frobnicate", 2)]
    [InlineData("list --org-id 00000000-0000-0000-0000-00000000dead", 3)]
    [InlineData("org create x --id 00000000-0000-0000-0000-000000000001", 4)]
    public async Task Exit_code_tells_the_outcome(string arguments, int exitCode)
    {
        await RunAsync("org", "create", "taken", "--id", "00000000-0000-0000-0000-000000000001");

        Assert.Equal(exitCode, (await ShellAsync($"{Keygen} {arguments}")).ExitCode);
    }

    [Fact]
    public async Task Exit_code_without_a_database_setting_is_2() => (await ShellAsync($"unset DATABASE_URL; {Keygen} list")).Refused(2, "DATABASE_URL is not set");

    [Theory]
    [InlineData("list")]
    [InlineData("list --json")]
    public async Task List_ends_quietly_when_its_reader_has_seen_enough(string arguments)
    {
        await ExecuteAsync($"""
            INSERT INTO api_keys (organization_id, name, key_hash, key_prefix)
            SELECT '{Organization}', 'key-' || n, sha256(n::text::bytea), 'sk_live_abcd' FROM generate_series(1, 20000) AS n
            """);

        var result = await ShellAsync($"{{ {Keygen} {arguments}; echo $? >&2; }} | head -1");

        Assert.Single(result.OutputLines);
        Assert.Equal("0", result.Error.Trim());
    }

    [Fact]
    public async Task Rotate_into_a_closed_pipe_changes_nothing()
    {
        var (id, _) = await CreateKeyAsync();

        // The pipe's only reader ends at once, long before the runtime has started.
        var result = await ShellAsync($"{{ {Keygen} rotate {id} --yes; echo $? >&2; }} | true");

        Assert.Contains("nothing was changed", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("1", result.Error.Trim(), StringComparison.Ordinal);
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM api_keys WHERE revoked_at IS NULL"));
    }

    [Fact]
    public async Task Keys_of_a_file_into_a_pipe_that_is_closed_half_way_are_not_made()
    {
        var result = await ShellAsync(
            $"{{ echo name; seq 1 20000; }} | {{ {Keygen} create --org-id {Organization} --from -; echo $? >&2; }} | head -1");

        Assert.Equal("key,id,name,organizationId", result.OutputLines.Single().TrimEnd());
        Assert.Contains("the keys could not be printed, so nothing was made", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("1", result.Error.Trim(), StringComparison.Ordinal);
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM api_keys"));
    }

    [Fact]
    public async Task Full_disk_under_stdout_is_said_in_one_line_and_makes_no_key()
    {
        var result = await ShellAsync($"{Keygen} create --org-id {Organization} --name full > /dev/full");

        result.Refused(1, "nothing was changed");
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM api_keys"));
        (await ShellAsync($"{Keygen} org list > /dev/full")).Refused(1, "standard output cannot be written");
    }

    [Fact]
    public async Task Output_is_appended_to_a_file_that_others_write_to()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Combine("log");

        (await ShellAsync($"{{ echo before; {Keygen} org list; {Keygen} org list; echo after; }} > {file} 2>&1")).Succeeded();

        var lines = await File.ReadAllLinesAsync(file);
        Assert.Equal(4, lines.Length);
        Assert.Equal(("before", "after"), (lines[0], lines[3]));
    }

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

    private async Task<KeygenResult> ShellAsync(string script)
    {
        var result = await ProgramResult.OfAsync(
            "sh", ["-c", script], new Dictionary<string, string?> { [EnvironmentVariables.DatabaseUrl] = DatabaseUrl, ["NO_COLOR"] = null });
        return new KeygenResult(result.ExitCode, result.Output, result.Errors);
    }
}
