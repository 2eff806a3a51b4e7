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
    public void TestResults_failed_test_is_named_with_its_message_and_our_calls_and_fails()
    {
        Write("First", Result("A.passes", "Passed"), Result("A.fails", "Failed", "Expected: 1\nActual: 2", "at Library.Equal()\n at A.fails() in /A.cs:line 7\n at B() in /B.cs:line 8"));

        Assert.Equal(1, TestResultsCommand.Run(_directory.Path, ["First"], _output));

        Assert.Equal(
            ["FAILED A.fails", "  Expected: 1", "  Actual: 2", "  at A.fails() in /A.cs:line 7", "  at B() in /B.cs:line 8", "1 passed, 1 failed, 0 skipped"],
            Lines());
    }

    [Fact]
    public void TestResults_message_of_a_failed_test_is_cut_before_it_pushes_the_others_off_the_screen()
    {
        Write("First", Result("A.fails", "Failed", $"{new string('x', 10_000)}\n{string.Join('\n', Enumerable.Range(1, 1_000))}"));

        Assert.Equal(1, TestResultsCommand.Run(_directory.Path, ["First"], _output));

        var lines = Lines();
        Assert.Equal(["FAILED A.fails", $"  {new string('x', 300)}…", "  1"], lines[..3]);
        Assert.Equal(["  7", "0 passed, 1 failed, 0 skipped"], lines[^2..]);
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

    private static string Result(string name, string outcome, string? message = null, string? stack = null) =>
        $"<UnitTestResult testName=\"{name}\" outcome=\"{outcome}\"><Output><ErrorInfo><Message>{message}</Message><StackTrace>{stack}</StackTrace></ErrorInfo></Output></UnitTestResult>";

    private void Write(string project, params string[] results) => File.WriteAllText(
        _directory.Combine($"{project}.trx"),
        $"<TestRun xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\"><Results>{string.Concat(results)}</Results></TestRun>");

    private string[] Lines() => _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
