namespace Gateway.Architecture.Tests;

public sealed class ConventionTests
{
    private static readonly string[] SourceFolders = ["contracts", "db", "deploy", "gateway", "hosting", "keygen-cli", "loadtests", "tests", "usage-processor"];

    private static readonly string[] VagueNames = ["Helper", "Helpers", "Util", "Utils", "Manager", "Common", "Misc"];

    [Fact]
    public void No_type_hides_behind_a_vague_name() => Assert.DoesNotContain(
        Files(), source => VagueNames.Any(name => Path.GetFileNameWithoutExtension(source.Path).EndsWith(name, StringComparison.Ordinal)));

    [Fact]
    public void Nothing_is_left_to_do()
    {
        // Written apart, so that this file does not find itself.
        string[] marks = ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Exception"];
        Assert.Empty(Files().Where(source => marks.Any(mark => source.Text.Contains(mark, StringComparison.Ordinal))).Select(source => source.Path));
    }

    [Fact]
    public void Files_are_short_enough_to_be_read_at_one_sitting() =>
        Assert.Empty(Files().Where(source => source.Text.Count(character => character == '\n') > 350).Select(source => source.Path));

    private static IEnumerable<(string Path, string Text)> Files() => SourceFolders.SelectMany(folder => Repository.Sources(folder));
}
