using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class OrganizationTests(TestServers servers) : KeygenTest(servers)
{
    private const string ExampleId = "00000000-0000-0000-0000-000000000001";

    [Fact]
    public async Task Org_create_prints_the_id_alone_on_stdout()
    {
        var result = (await RunAsync("org", "create", "Zoë's \"Läden\" [bold]")).Succeeded();

        var id = Guid.Parse(result.Output.TrimEnd('\n'));
        Assert.Equal("Zoë's \"Läden\" [bold]", await ScalarAsync<string>($"SELECT name FROM organizations WHERE id = '{id}'"));
    }

    [Fact]
    public async Task Org_create_json_is_the_organization()
    {
        var json = (await RunAsync("org", "create", "Zoë", "--id", ExampleId, "--json")).Succeeded();

        Assert.Equal(ExampleId, json.Json.GetProperty("id").GetString());
        Assert.Equal("active", json.Json.GetProperty("status").GetString());
        Assert.EndsWith("Z", json.Json.GetProperty("createdAt").GetString(), StringComparison.Ordinal);
        Assert.Contains("\"name\":\"Zoë\"", json.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Org_create_with_an_id_that_exists_is_a_conflict()
    {
        await RunAsync("org", "create", "First", "--id", ExampleId);

        (await RunAsync("org", "create", "Second", "--id", ExampleId)).Refused(4, $"an organization with id {ExampleId} already");

        Assert.Equal("First", await ScalarAsync<string>($"SELECT name FROM organizations WHERE id = '{ExampleId}'"));
    }

    [Fact]
    public async Task Names_have_200_characters_at_most_as_the_database_counts_them()
    {
        (await RunAsync("org", "create", string.Concat(Enumerable.Repeat("😀", 200)))).Succeeded();
        (await RunAsync("org", "create", string.Concat(Enumerable.Repeat("😀", 201)))).Refused(2, "longer than 200 characters");
    }

    [Fact]
    public async Task Org_list_is_tab_separated_and_without_header_in_a_pipe()
    {
        await RunAsync("org", "create", "another");

        var rows = (await RunAsync("org", "list")).Succeeded().OutputLines.Select(line => line.Split('\t')).ToList();

        Assert.Equal(["another", "Example Ltd"], rows.Select(row => row[1]));
        Assert.Equal($"{Organization}", rows[1][0]);
        Assert.Equal("active", rows[1][2]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", rows[1][3]);
    }

    [Fact]
    public async Task Org_list_is_a_table_with_header_on_a_terminal()
    {
        var output = (await RunAtTerminalAsync(string.Empty, "org", "list")).Succeeded().Output;

        Assert.Contains("NAME", output, StringComparison.Ordinal);
        Assert.Contains("Example Ltd", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Org_list_json_is_an_array() =>
        Assert.Equal(["Example Ltd"], (await RunAsync("org", "list", "--json")).Succeeded().Json.EnumerateArray()
            .Select(organization => organization.GetProperty("name").GetString()));

    [Fact]
    public async Task Organization_is_found_by_id_beginning_of_id_and_name()
    {
        await RunAsync("org", "create", "The One", "--id", ExampleId);

        foreach (var reference in (string[])[ExampleId, ExampleId[..9], ExampleId[..35], "The One", "the one"])
        {
            var limits = (await RunAsync("limits", "show", "--org-id", reference, "--json")).Succeeded().Json;
            Assert.Equal(ExampleId, limits.GetProperty("organizationId").GetString());
        }
    }

    [Fact]
    public async Task Organization_that_does_not_exist_is_not_found()
    {
        (await RunAsync("limits", "show", "--org-id", ExampleId)).Refused(3, $"there is no organization \"{ExampleId}\"");
        (await RunAsync("list", "--org-id", "' OR true --")).Refused(3, "there is no organization");
    }

    [Fact]
    public async Task Organization_that_could_be_several_is_a_conflict_that_lists_them()
    {
        var twin = (await RunAsync("org", "create", "EXAMPLE LTD")).OutputLines.Single();

        var result = await RunAsync("limits", "show", "--org-id", "Example Ltd");

        result.Refused(4, "more than one organization");
        Assert.Contains($"{Organization}", result.Error, StringComparison.Ordinal);
        Assert.Contains(twin, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whole_id_means_that_id_even_where_another_organization_is_called_like_it()
    {
        await RunAsync("org", "create", "The One", "--id", ExampleId);
        await RunAsync("org", "create", ExampleId);

        Assert.Equal(0, (await RunAsync("limits", "show", "--org-id", ExampleId)).ExitCode);
    }

    [Fact]
    public async Task Colors_are_used_only_where_they_are_wanted()
    {
        var colored = await RunAsync(surroundings => surroundings with { IsOutputTerminal = true, Width = 200, HasColors = true }, "org", "list");
        var plain = await RunAsync(surroundings => surroundings with { IsOutputTerminal = true, Width = 200 }, "org", "list");

        Assert.Contains("\u001b[", colored.Succeeded().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[", plain.Succeeded().Output, StringComparison.Ordinal);
    }
}
