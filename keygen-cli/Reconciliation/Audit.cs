using System.Data;
using Gateway.Keygen.Usage;
using Npgsql;

namespace Gateway.Keygen.Reconciliation;

/// <summary>Accounts for everything, as it stood at one moment: the usage-processor goes on counting meanwhile.</summary>
internal static class Audit
{
    public static async Task<ReconcileReport> RunAsync(
        NpgsqlConnection analytics, UsagePeriod period, TimeSpan grace, CancellationToken cancellationToken)
    {
        await using var snapshot = await analytics.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var (from, to) = (period.From.UtcDateTime, period.To.UtcDateTime);
        var totals = new TotalsStore(analytics);
        var rawBegins = await totals.RawBeginsAsync(cancellationToken);
        var comparedFrom = rawBegins > from ? rawBegins : from;
        var organizations = await totals.CompareAsync(comparedFrom, to, cancellationToken);

        // A row that was deleted shows in its hour's totals only, and then in its source's sequence.
        var doubt = organizations.Any(static line => line.LedgerHours > 0)
            ? new DoubtfulHours(organizations.Min(static line => line.FirstLedgerHour)!.Value, organizations.Max(static line => line.LastLedgerHour)!.Value.AddHours(1))
            : null;
        var sources = new SourceStore(analytics, grace);
        var rows = await sources.ReadAsync(from, to, rawBegins, cancellationToken);
        var findings = await sources.LookAsync([.. rows.Where(row => row.IsSuspect(doubt))], rawBegins, cancellationToken);
        return new ReconcileReport
        {
            From = from,
            To = to,
            ComparedFrom = comparedFrom < to ? comparedFrom : to,
            GraceSeconds = grace.TotalSeconds,
            Sources = [.. rows.Select(row => SourceLine.Of(row, findings.GetValueOrDefault(row.Source, SequenceFindings.Nothing)))],
            Organizations = organizations,
        };
    }
}
