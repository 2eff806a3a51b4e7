using Gateway.LocalStack.Processes;

namespace Gateway.Keygen.Tests;

/// <summary>Real shells load the scripts, and ask.</summary>
public sealed class CompletionTests : CommandLineTest
{
    // What a user has on PATH.
    private static readonly string Keygen = $"keygen() {{ dotnet exec '{Path.Combine(AppContext.BaseDirectory, "keygen.dll")}' \"$@\"; }}";

    [Theory]
    [InlineData("keygen dead-l", "dead-letters")]
    [InlineData("keygen org sus", "suspend")]
    [InlineData("keygen limits set --org-id 'Example Ltd' --per-m", "--per-minute")]
    [InlineData("keygen create --environment te", "test")]
    public async Task Bash_completes_commands_options_and_values(string line, string expected)
    {
        var words = line.Replace("'Example Ltd'", "\"'Example Ltd'\"", StringComparison.Ordinal);
        var script =
            $$"""
            {{Keygen}}
            source <(keygen completion bash)
            COMP_WORDS=({{words}})
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _keygen
            printf '%s\n' "${COMPREPLY[@]}"
            """;

        Assert.Equal(expected, await ShellAsync("bash", script));
    }

    [Fact]
    public async Task Zsh_completes_commands()
    {
        // Outside of its line editor compadd does not work; what it is given is what would be offered.
        var script =
            $$"""
            {{Keygen}}
            compdef() { }
            compadd() { print -l -- ${(P)2} }
            source <(keygen completion zsh)
            words=(keygen dead-l)
            CURRENT=2
            _keygen
            """;

        Assert.Equal("dead-letters", await ShellAsync("zsh", script));
    }

    [Fact]
    public async Task Fish_completes_commands()
    {
        var script =
            $"""
            function keygen; dotnet exec '{Path.Combine(AppContext.BaseDirectory, "keygen.dll")}' $argv; end
            keygen completion fish | source
            complete --do-complete 'keygen dead-l'
            """;

        Assert.Equal("dead-letters", await ShellAsync("fish", script));
    }

    [Fact]
    public async Task Shell_that_there_is_no_script_for_is_refused() => Assert.Equal(2, (await RunAsync("completion", "tcsh")).ExitCode);

    private static async Task<string> ShellAsync(string shell, string script)
    {
        Assert.SkipWhen(FindOnPath(shell) is null, $"{shell} is not installed here");
        var result = await ProgramResult.OfAsync(shell, ["-c", script]);
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Errors));
        return result.Output.Trim();
    }

    private static string? FindOnPath(string program) => Environment.GetEnvironmentVariable("PATH")!
        .Split(':')
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
