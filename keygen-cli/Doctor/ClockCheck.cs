using System.Globalization;

namespace Gateway.Keygen.Doctor;

/// <summary>
/// Compares a server's clock with ours. Keys expire by PostgreSQL's, buckets fill by Redis's, and requests are billed by the
/// gateway's, so that what is far apart bills hours to the wrong day.
/// </summary>
internal static class ClockCheck
{
    private static readonly TimeSpan WorthAWarning = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Wrong = TimeSpan.FromMinutes(1);

    /// <param name="findings">Where it is said.</param>
    /// <param name="check">Its name.</param>
    /// <param name="server">What the server's clock said.</param>
    /// <param name="before">Ours when it was asked.</param>
    /// <param name="after">Ours when it had answered. It may have said so at any time in between, which is no difference.</param>
    public static void Judge(Findings findings, string check, DateTimeOffset server, DateTimeOffset before, DateTimeOffset after)
    {
        var difference = server < before ? server - before : server > after ? server - after : TimeSpan.Zero;
        var seen = difference == TimeSpan.Zero
            ? "the same as here"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Math.Abs(difference.TotalMilliseconds):#,0} ms {(difference > TimeSpan.Zero ? "ahead of" : "behind")} the clock here");
        var how = difference.Duration() switch
        {
            var apart when apart >= Wrong => FindingResult.Failed,
            var apart when apart >= WorthAWarning => FindingResult.Warning,
            _ => FindingResult.Ok,
        };
        findings.Add(check, how, seen, how == FindingResult.Ok ? null : "run NTP (chrony, systemd-timesyncd) on both machines; one of the two is wrong");
    }
}
