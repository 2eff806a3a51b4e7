using System.Text;
using Gateway.Chaos.Checking;
using Gateway.Chaos.Plans;

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
        if (report.SaidUnmetered is { } said)
        {
            Table(text, "\nNot metered", new Dictionary<string, long>
            {
                ["answered requests without a row"] = judgement.Unmetered.Count,
                ["requests without an answer and a row, of which some may be among the missing"] = judgement.UnstoredUnanswered,
                ["not metered, say the gateways' logs"] = said,
                ["missing for it, says reconcile"] = report.Holes.Others,
            });
        }

        if (report.Faults.ContainsKey(nameof(FaultKind.LoseJournal)))
        {
            Table(text, "\nLost with the journals' volume", new Dictionary<string, long>
            {
                ["answered requests"] = judgement.LostWithJournal.Count,
                ["of them missed by reconcile"] = report.Holes.AnsweredNamed,
                ["of them behind the last word of a gateway that reconcile calls silent"] = report.Holes.AnsweredBehindLastWord,
                ["missing for it, says reconcile, answered or not"] = report.Holes.LostWithJournal,
            });
        }

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
            ["of them explained by flipped bits"] = report.Holes.Destroyed,
            ["of them explained by nothing"] = report.SaidUnmetered is null || !report.IsUnmeteredAccountedFor ? report.Holes.Others : 0,
            ["of what reconcile says wrong"] = report.Holes.Problems.Count,
            ["doubled or different totals, says reconcile"] = report.Reconciliation.Doubled + report.Reconciliation.Differences,
            ["other problems"] = report.Problems.Count,
        });
        text.AppendLine($"\nDrained in {report.DrainSeconds:0.0} s.");
        Offenders(text, "Lost", judgement.Lost.First);
        Offenders(text, "Stored twice", judgement.Doubled.First);
        Offenders(text, "Stored but never sent, or refused unmetered", judgement.Invented.First);
        Offenders(text, "Stored otherwise than answered", judgement.Different.First);
        if (!report.IsUnmeteredAccountedFor)
        {
            Offenders(text, "Not metered", judgement.Unmetered.First);
        }

        Offenders(text, "What reconcile says wrong", report.Holes.Problems);
        Offenders(text, "What reconcile says", report.Reconciliation.Text);
        Offenders(text, "Other problems", report.Problems);
        text.AppendLine(report.Passed
            ? $"\nPASSED: {judgement.Expected - Allowed(judgement)} answered requests are stored once, through {report.Faults.Values.Sum()} faults."
            : $"\nFAILED. The same plan again: {report.Command}");
        return text.ToString();
    }

    private static int Allowed(Judgement judgement) => judgement.Destroyed.Count + judgement.Unmetered.Count + judgement.LostWithJournal.Count;

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
