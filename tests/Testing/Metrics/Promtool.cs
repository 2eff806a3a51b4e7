using System.Diagnostics;
using Xunit;

namespace Gateway.Testing.Metrics;

/// <summary>Prometheus's own opinion on metrics.</summary>
public static class Promtool
{
    /// <summary>What it has to say against them; empty where nothing. Skips the test where it is not installed.</summary>
    public static async Task<string> CheckMetricsAsync(Scrape scrape)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool is not installed (Debian: prometheus)");
        using var promtool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var said = Task.WhenAll(promtool.StandardOutput.ReadToEndAsync(), promtool.StandardError.ReadToEndAsync());
        await promtool.StandardInput.WriteAsync(scrape.Text);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync();
        return string.Concat(await said);
    }
}
