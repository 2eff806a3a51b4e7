using System.Text.Json;

namespace Gateway.Keygen.Tests;

/// <summary>What one run of keygen left behind.</summary>
internal sealed record KeygenResult(int ExitCode, string Output, string Error)
{
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public JsonElement Json => JsonElement.Parse(Output);

    /// <summary>Fails with what it said where it did not succeed.</summary>
    public KeygenResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"keygen ended with exit code {ExitCode}: {Error}");
        return this;
    }

    /// <summary>Fails unless it refused with this code, in one line, with nothing on standard output.</summary>
    public void Refused(int exitCode, string message)
    {
        Assert.Equal((exitCode, string.Empty), (ExitCode, Output));
        Assert.Contains(message, Error, StringComparison.Ordinal);
        Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.StartsWith("keygen: ", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
    }
}
