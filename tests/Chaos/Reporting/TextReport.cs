using System.Text;

namespace Gateway.Chaos.Reporting;

/// <summary>A report for people.</summary>
internal static class TextReport
{
    public static string Of(ChaosReport report)
    {
        var text = new StringBuilder();
        text.AppendLine($"\nSeed {report.Seed}, {report.Minutes:0.##} minutes, {report.Broker}\n");
        Table(text, "Faults", report.Faults);
        text.AppendLine($"  {report.Overlapping,9}  of them while another was not healed\n");
        Table(text, "Requests", report.Requests);
        text.AppendLine($"  {report.Skipped,9}  not sent: too many were waiting for an answer\n");

        var judgement = report.Judgement;
        Table(text, "Stored", new Dictionary<string, long>
        {
            ["answered requests that have to be stored"] = judgement.Expected,
            ["rows"] = judgement.Stored,
            ["rows of requests without an answer"] = judgement.StoredUnanswered,
            ["billable units"] = report.BillableUnits,
            ["messages sent to the topic once more"] = report.MessagesReplayed,
            ["copies refused"] = report.DuplicatesRefused,
            ["bits flipped in journals"] = report.BitsFlipped,
            ["events whose only record was destroyed so"] = judgement.Destroyed.Count,
        });
        Table(text, "\nWrong", new Dictionary<string, long>
        {
            ["lost"] = judgement.Lost.Count,
            ["stored twice"] = judgement.Doubled.Count,
            ["stored but never sent, or refused unmetered"] = judgement.Invented.Count,
            ["stored otherwise than answered"] = judgement.Different.Count,
            ["totals of the ledger that differ from the rows"] = report.LedgerDifferences,
            ["invoices that differ from the rows"] = report.InvoiceDifferences,
            ["dead letters"] = report.DeadLetters,
            [$"missing, says reconcile (exit code {report.Reconciliation.ExitCode}, {report.Reconciliation.Sources} sources)"] = report.Reconciliation.Missing,
            ["of them explained by flipped bits"] = report.Reconciliation.Explained,
            ["doubled or different totals, says reconcile"] = report.Reconciliation.Doubled + report.Reconciliation.Differences,
            ["other problems"] = report.Problems.Count,
        });
        text.AppendLine($"\nDrained in {report.DrainSeconds:0.0} s.");
        Offenders(text, "Lost", judgement.Lost.First);
        Offenders(text, "Stored twice", judgement.Doubled.First);
        Offenders(text, "Stored but never sent, or refused unmetered", judgement.Invented.First);
        Offenders(text, "Stored otherwise than answered", judgement.Different.First);
        Offenders(text, "What reconcile says", report.Reconciliation.Text);
        Offenders(text, "Other problems", report.Problems);
        text.AppendLine(report.Passed
            ? $"\nPASSED: {judgement.Expected} answered requests are stored once, through {report.Faults.Values.Sum()} faults."
            : $"\nFAILED. The same plan again: ./dev chaos --seed {report.Seed} --minutes {report.Minutes:0.###}");
        return text.ToString();
    }

    private static void Table<T>(StringBuilder text, string title, IReadOnlyDictionary<string, T> rows)
    {
        text.AppendLine(title);
        foreach (var (name, count) in rows)
        {
            text.AppendLine($"  {count,9}  {name}");
        }
    }

    private static void Offenders(StringBuilder text, string title, IReadOnlyList<string> offenders)
    {
        if (offenders.Count > 0)
        {
            text.AppendLine($"\n{title}");
            foreach (var offender in offenders)
            {
                text.AppendLine($"  {offender}");
            }
        }
    }
}
