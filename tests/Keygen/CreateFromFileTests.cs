using System.Security.Cryptography;
using System.Text;
using Gateway.Contracts.ApiKeys;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class CreateFromFileTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Every_line_becomes_a_key_as_it_says()
    {
        var other = (await RunAsync("org", "create", "Other, Inc.")).OutputLines.Single();

        var result = (await CreateAsync(
            "Name,environment,expires,scopes,networks,org\n"
            + "web shop,,,,,\n"
            + "\"a, \"\"b\"\"\",test,2100-01-31T18:00+02:00,reports:read reports:list,203.0.113.0/24 2001:db8::/32,\"Other, Inc.\"\n")).Succeeded();

        var lines = result.Output.Split("\r\n");
        Assert.Equal((4, "key,id,name,organizationId", string.Empty), (lines.Length, lines[0], lines[^1]));
        Assert.Matches($"^sk_live_[a-z0-9]{{32}},[0-9a-f-]{{36}},web shop,{Organization}$", lines[1]);
        Assert.Matches($"^sk_test_[a-z0-9]{{32}},[0-9a-f-]{{36}},\"a, \"\"b\"\"\",{other}$", lines[2]);
        Assert.Contains("2 keys made.", result.Error, StringComparison.Ordinal);
        foreach (var line in lines[1..3])
        {
            var key = line.Split(',')[0];
            Assert.True(ApiKeyFormat.IsWellFormed(key));
            Assert.Equal(
                $"{line.Split(',')[1]} {key[..12]}",
                await ScalarAsync<string>($"SELECT id || ' ' || key_prefix FROM api_keys WHERE key_hash = '\\x{Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(key)))}'"));
        }

        Assert.True(await ScalarAsync<bool>(
            "SELECT scopes = '{reports:read,reports:list}' AND allowed_networks = '{203.0.113.0/24,2001:db8::/32}' AND expires_at = '2100-01-31T16:00Z' FROM api_keys WHERE name = 'a, \"b\"'"));
        Assert.True(await ScalarAsync<bool>("SELECT scopes = '{}' AND allowed_networks = '{}' AND expires_at IS NULL FROM api_keys WHERE name = 'web shop'"));
    }

    [Fact]
    public async Task Json_has_an_object_for_each_key_and_a_file_is_read_too()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.Combine("keys.csv"), "name,scopes\r\né,a:b\r\n", new UTF8Encoding(true));

        var json = (await RunAsync("create", "--org-id", $"{Organization}", "--from", directory.Combine("keys.csv"), "--json", "--as", "Ada")).Succeeded().Json;

        var key = Assert.Single(json.EnumerateArray());
        Assert.Equal(
            ["key", "id", "organizationId", "name", "environment", "expiresAt", "scopes", "networks"], key.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("é", "live", "a:b"), (key.GetProperty("name").GetString(), key.GetProperty("environment").GetString(), key.GetProperty("scopes")[0].GetString()));
        Assert.Equal("Ada", await ScalarAsync<string>($"SELECT actor FROM audit_log WHERE api_key_id = '{key.GetProperty("id").GetString()}'"));
    }

    [Fact]
    public async Task Every_wrong_line_is_told_and_nothing_is_made()
    {
        var result = await CreateAsync(
            "name,org,environment,expires,scopes,networks\n"
            + "good,,,,,\n"
            + ",,,,,\n"
            + "x,nobody,,,,\n"
            + "\n"
            + "x,,prod,,,\n"
            + "x,,,2020-01-01,,\n"
            + "x,,,\u001b[2Jsoon,,\n"
            + "x,,,,A B,\n"
            + "x,,,,,10.0.0.1/8\n"
            + "too,few\n"
            + "sk_live_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,,,,,\n"
            + "x,nobody,,,,\n");

        result.Refused(2, "10 lines cannot be used, so nothing was made:");
        Assert.Equal(
            [
                "line 3: name is empty", "line 4: there is no organization \"nobody\"; see keygen org list", "line 6: environment \"prod\" is neither live nor test",
                "line 7: expires \"2020-01-01\" is not in the future", "line 8: expires \"\uFFFD[2Jsoon\" is neither a time", "line 9: scopes: \"A\" is no scope",
                "line 10: networks: \"10.0.0.1/8\" has bits", "line 11: it has 2 fields, and the first line has 6", "line 12: name contains an API key",
                "line 13: there is no organization \"nobody\"; see keygen org list",
            ],
            result.Error.Split('\n')[1..11].Select(line => line.Trim()).Select(line => line.Split(" (", 2)[0].Split("; allowed", 2)[0].Split(" beyond", 2)[0]));
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM api_keys"));
    }

    [Fact]
    public async Task Of_many_wrong_lines_twenty_are_shown()
    {
        var result = await CreateAsync("name\n" + string.Concat(Enumerable.Repeat("\" \"\n", 50)));

        result.Refused(2, "50 lines cannot be used");
        Assert.Equal((22, "  and 30 more"), (result.Error.TrimEnd('\n').Split('\n').Length, result.Error.TrimEnd('\n').Split('\n')[^1]));
    }

    [Theory]
    [InlineData("", "it is empty; its first line names the columns: name,org,environment,expires,scopes,networks")]
    [InlineData("name\n", "it has no keys")]
    [InlineData("web shop\nci\n", "line 1: \"web shop\" is no column")]
    [InlineData("org\nx\n", "line 1: there is no column name")]
    [InlineData("name,Name\nx,y\n", "line 1: a column is there twice")]
    [InlineData("name\n\"x\n", "line 2 has a quote that is not closed")]
    [InlineData("name\na\uFFFDb\n", "line 2: it is not UTF-8")]
    public async Task File_that_is_none_is_refused(string text, string message)
    {
        (await CreateAsync(text)).Refused(2, message);

        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM api_keys"));
    }

    [Fact]
    public async Task File_that_cannot_be_read_is_refused_without_asking_the_database()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllBytesAsync(directory.Combine("latin1.csv"), [.. "name\nM"u8, 0xFC, .. "ller\n"u8]);
        await File.WriteAllTextAsync(directory.Combine("noorg.csv"), "name\nx\n");
        Variables.Clear();

        (await RunAsync("create", "--org-id", "x", "--from", directory.Combine("missing.csv"))).Refused(2, "missing.csv cannot be read: ");
        (await RunAsync("create", "--org-id", "x", "--from", directory.Combine("latin1.csv"))).Refused(2, "it is not UTF-8");
        (await RunAsync("create", "--org-id", "x", "--from", " ")).Refused(2, "that is no file name");
        (await RunAsync("create", "--org-id", "x", "--from", directory.Path)).Refused(2, "cannot be read");
        (await RunAsync("create", "--from", directory.Combine("noorg.csv"))).Refused(2, "there is no column org; name the organization there or with --org-id");
    }

    [Theory]
    [InlineData("--name x", "--name and --from contradict each other")]
    [InlineData("--scope x", "--scope and --from contradict each other")]
    [InlineData("--expires 1d", "--expires and --from contradict each other")]
    public async Task Options_for_one_key_are_refused_beside_a_file(string option, string message) =>
        Assert.Contains(message, (await RunAsync(["create", "--from", "-", .. option.Split(' ')])).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Dry_run_makes_nothing_and_prints_no_key()
    {
        var result = (await CreateAsync("name\na\nb\n", "--dry-run")).Succeeded();

        Assert.Equal(2, result.OutputLines.Length);
        Assert.All(result.OutputLines, line => Assert.Contains("\tcreated\tapi-key\t", line, StringComparison.Ordinal));
        Assert.DoesNotMatch("sk_live_[a-z0-9]{8}", result.Output);
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM api_keys"));
    }

    [Fact]
    public async Task Keys_that_could_not_be_printed_are_not_made()
    {
        var result = await CreateAsync(surroundings => surroundings with { Output = new BrokenWriter() }, Lines(10));

        result.Refused(1, "the keys could not be printed, so nothing was made");
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM api_keys"));
    }

    [Fact]
    public async Task Keys_that_were_printed_and_not_made_are_said_to_be_so()
    {
        await ExecuteAsync("ALTER TABLE api_keys ADD CHECK (name <> 'key 1500')");

        var result = await CreateAsync(Lines(2000));

        Assert.Equal((1, 2001), (result.ExitCode, result.OutputLines.Length));
        Assert.Contains("keygen: nothing was made, and the keys that were printed do not work: PostgreSQL refuses", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM api_keys"));
    }

    [Fact]
    public async Task Nothing_is_locked_while_somebody_reads_the_keys_slowly()
    {
        await using var reader = new SlowReader();
        var creating = CreateAsync(surroundings => surroundings with { Output = reader }, Lines(5000));
        await reader.IsBlocked;

        // Every change of the configuration takes the lock that a transaction of ours would hold.
        (await RunAsync("org", "rename", $"{Organization}", "Meanwhile")).Succeeded();
        reader.GoOn();

        (await creating).Succeeded();
        Assert.Equal(5000, await ScalarAsync<long>("SELECT count(*) FROM api_keys"));
    }

    private static string Lines(int count) => "name\n" + string.Concat(Enumerable.Range(0, count).Select(n => $"key {n}\n"));

    private Task<KeygenResult> CreateAsync(string file, params string[] more) => CreateAsync(surroundings => surroundings, file, more);

    private Task<KeygenResult> CreateAsync(Func<Surroundings, Surroundings> change, string file, params string[] more) => RunAsync(
        surroundings => change(surroundings with { Input = new StringReader(file) }), ["create", "--org-id", $"{Organization}", "--from", "-", .. more]);

    /// <summary>A pipe that is full after some lines, until its reader goes on.</summary>
    private sealed class SlowReader : StringWriter
    {
        private readonly TaskCompletionSource _blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _lines;

        public Task IsBlocked => _blocked.Task;

        public void GoOn() => _read.SetResult();

        public override async Task WriteAsync(string? value)
        {
            if (++_lines == 1000)
            {
                _blocked.SetResult();
                await _read.Task;
            }
        }
    }
}
