using Xunit;

namespace Gateway.Testing;

/// <summary>Tests that are too heavy for every run; <c>GATEWAY_EXTENSIVE_TESTS=true</c> runs them.</summary>
public static class ExtensiveTests
{
    private const string Variable = "GATEWAY_EXTENSIVE_TESTS";

    /// <summary>Skips the calling test where nobody asked for it.</summary>
    public static void SkipUnlessWanted(string reason) => Assert.SkipUnless(
        string.Equals(Environment.GetEnvironmentVariable(Variable), "true", StringComparison.OrdinalIgnoreCase),
        $"{reason}; {Variable}=true runs it");
}
