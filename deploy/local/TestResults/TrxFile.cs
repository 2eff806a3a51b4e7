using System.Xml.Linq;

namespace Gateway.LocalStack.TestResults;

internal enum TestOutcome
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>One test; for one that was skipped the reason, for one that failed what it expected and the calls of ours that led there.</summary>
internal sealed record TestResult(string Name, TestOutcome Outcome, string Message, IReadOnlyList<string> Calls);

/// <summary>What `dotnet test --logger trx` writes.</summary>
internal static class TrxFile
{
    private static readonly XNamespace Namespace = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public static IReadOnlyList<TestResult> Read(string file) =>
        XDocument.Load(file).Descendants(Namespace + "UnitTestResult")
            .Select(element => new TestResult(
                (string?)element.Attribute("testName") ?? "(no name)",
                (string?)element.Attribute("outcome") switch
                {
                    "Passed" => TestOutcome.Passed,
                    "NotExecuted" => TestOutcome.Skipped,
                    _ => TestOutcome.Failed,
                },
                Message(element),
                Calls(element)))
            .ToList();

    // xunit's reason for a skip is in the error message or, with some versions of the adapter, on standard output.
    private static string Message(XElement result) =>
        (result.Descendants(Namespace + "Message").FirstOrDefault()
            ?? result.Descendants(Namespace + "StdOut").FirstOrDefault())?.Value.Trim() ?? string.Empty;

    // Those of libraries come without files.
    private static IReadOnlyList<string> Calls(XElement result) =>
        [.. (result.Descendants(Namespace + "StackTrace").FirstOrDefault()?.Value ?? string.Empty).Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.Contains(":line ", StringComparison.Ordinal))];
}
