using System.Xml.Linq;

namespace Gateway.LocalStack.TestResults;

internal enum TestOutcome
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>One test, and for one that was skipped the reason.</summary>
internal sealed record TestResult(string Name, TestOutcome Outcome, string Message);

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
                Message(element)))
            .ToList();

    // xunit's reason for a skip is in the error message or, with some versions of the adapter, on standard output.
    private static string Message(XElement result) =>
        (result.Descendants(Namespace + "Message").FirstOrDefault()
            ?? result.Descendants(Namespace + "StdOut").FirstOrDefault())?.Value.Trim() ?? string.Empty;
}
