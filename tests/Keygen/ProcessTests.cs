using Gateway.Contracts.ApiKeys;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>What only a shell and a pipe can show.</summary>
public sealed class ProcessTests(TestServers servers) : ProcessTest(servers)
{


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
}
