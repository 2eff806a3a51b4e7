namespace Gateway.LocalStack.TestResults;

/// <summary>`./dev test`'s last lines: what was skipped and why, what failed, and the sum of all projects.</summary>
internal static class TestResultsCommand
{
    private const int Succeeded = 0;
    private const int Failed = 1;

    // Some messages compare whole pages; all of it stands further up, in the project's own output.
    private const int MaximumLines = 8;
    private const int MaximumCalls = 4;
    private const int MaximumColumns = 300;

    /// <summary>Sums up FOLDER/PROJECT.trx of every project.</summary>
    public static int Run(string folder, IReadOnlyList<string> projects, TextWriter output)
    {
        var results = new List<TestResult>();
        var silent = new List<string>();
        foreach (var project in projects)
        {
            var file = Path.Combine(folder, $"{project}.trx");
            IReadOnlyList<TestResult> found = File.Exists(file) ? TrxFile.Read(file) : [];
            results.AddRange(found);
            if (found.Count == 0)
            {
                silent.Add(project);
            }
        }

        foreach (var skipped in results.Where(result => result.Outcome == TestOutcome.Skipped).GroupBy(result => result.Message))
        {
            output.WriteLine($"skipped {skipped.Count()}: {(skipped.Key.Length > 0 ? skipped.Key : "it runs only where it is named")}");
        }

        foreach (var failed in results.Where(result => result.Outcome == TestOutcome.Failed))
        {
            output.WriteLine($"FAILED {failed.Name}");
            foreach (var line in Details(failed))
            {
                output.WriteLine($"  {line}");
            }
        }

        foreach (var project in silent)
        {
            output.WriteLine($"FAILED {project}: no results");
        }

        output.WriteLine(
            $"{Count(TestOutcome.Passed)} passed, {Count(TestOutcome.Failed)} failed, {Count(TestOutcome.Skipped)} skipped");
        return Count(TestOutcome.Failed) == 0 && silent.Count == 0 ? Succeeded : Failed;

        int Count(TestOutcome outcome) => results.Count(result => result.Outcome == outcome);
    }

    private static IEnumerable<string> Details(TestResult failed) =>
        failed.Message.Split('\n').Take(MaximumLines).Concat(failed.Calls.Take(MaximumCalls))
            .Select(line => line.TrimEnd()).Where(line => line.Length > 0)
            .Select(line => line.Length > MaximumColumns ? $"{line.AsSpan(0, MaximumColumns)}…" : line);
}
