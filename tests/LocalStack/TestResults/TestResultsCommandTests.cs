using Gateway.LocalStack.TestResults;
using Gateway.Testing;

namespace Gateway.LocalStack.Tests.TestResults;

public sealed class TestResultsCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _output = new();

    [Fact]
    public void TestResults_all_passed_or_skipped_succeeds_and_says_why_tests_were_skipped()
    {
        Write("First", Result("A.passes", "Passed"), Result("A.skips", "NotExecuted", "KAFKA_HOME is not set"));
        Write("Second", Result("B.passes", "Passed"));

        Assert.Equal(0, TestResultsCommand.Run(_directory.Path, ["First", "Second"], _output));

        Assert.Equal(["skipped 1: KAFKA_HOME is not set", "2 passed, 0 failed, 1 skipped"], Lines());
    }

    [Fact]
    public void TestResults_failed_test_is_named_and_fails()
    {
        Write("First", Result("A.passes", "Passed"), Result("A.fails", "Failed", "expected 1"));

        Assert.Equal(1, TestResultsCommand.Run(_directory.Path, ["First"], _output));

        Assert.Equal(["FAILED A.fails", "1 passed, 1 failed, 0 skipped"], Lines());
    }

    [Fact]
    public void TestResults_project_without_results_fails()
    {
        Write("First", Result("A.passes", "Passed"));

        Assert.Equal(1, TestResultsCommand.Run(_directory.Path, ["First", "Crashed"], _output));

        Assert.Equal(["FAILED Crashed: no results", "1 passed, 0 failed, 0 skipped"], Lines());
    }

    public void Dispose()
    {
        _output.Dispose();
        _directory.Dispose();
    }

    private static string Result(string name, string outcome, string? message = null) =>
        $"<UnitTestResult testName=\"{name}\" outcome=\"{outcome}\"><Output><ErrorInfo><Message>{message}</Message></ErrorInfo></Output></UnitTestResult>";

    private void Write(string project, params string[] results) => File.WriteAllText(
        _directory.Combine($"{project}.trx"),
        $"<TestRun xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\"><Results>{string.Concat(results)}</Results></TestRun>");

    private string[] Lines() => _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
