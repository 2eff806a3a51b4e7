using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class ReferenceTests : CommandLineTest
{
    private const string Begin = "<!-- keygen reference: written by a test, see CONTRIBUTING.md -->\n";
    private const string WriteVariable = "GATEWAY_WRITE_DOCS";

    private static readonly string Page = Path.Combine(Checkout.Root, "docs", "keygen.md");

    [Fact]
    public async Task Documentation_has_the_help_of_every_command_as_it_is()
    {
        var reference = (await RunAsync("reference")).Succeeded().Output;
        var page = await File.ReadAllTextAsync(Page);
        var written = page[..(page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)] + reference;
        if (Environment.GetEnvironmentVariable(WriteVariable) == "true")
        {
            await File.WriteAllTextAsync(Page, written);
        }
        else
        {
            Assert.True(page == written, $"docs/keygen.md is not what `keygen reference` says; run this test with {WriteVariable}=true to write it.");
        }
    }

    [Fact]
    public async Task Reference_has_what_a_command_takes_and_its_examples()
    {
        var reference = (await RunAsync("reference")).Succeeded().Output;

        Assert.Contains("\n### keygen limits set\n", reference, StringComparison.Ordinal);
        Assert.Contains("- `--org-id ORG` (required): The organization: its id, the beginning of it, or its name.\n", reference, StringComparison.Ordinal);
        Assert.Contains("- `KEY-ID`: The key's id,", reference, StringComparison.Ordinal);
        Assert.Contains("\nORG=$(keygen org create \"Example Ltd\")\n", reference, StringComparison.Ordinal);
    }
}
