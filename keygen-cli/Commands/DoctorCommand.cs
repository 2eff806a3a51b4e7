using System.CommandLine;
using System.Globalization;
using Gateway.Keygen.Doctor;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen doctor</c>: what is wrong, and what to do.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    // Scripts cut these columns out by number: new ones go to the end.
    private static readonly Column<Finding>[] Columns =
    [
        new("CHECK", finding => finding.Check),
        new("RESULT", finding => finding.Result)
        {
            IsUnbroken = true,
            Tone = finding => finding.How switch
            {
                FindingResult.Ok => Tone.Good,
                FindingResult.Skipped => Tone.Dim,
                FindingResult.Warning => Tone.Warning,
                _ => Tone.Bad,
            },
        },
        new("SEEN", finding => finding.Seen),
        new("WHAT TO DO", finding => finding.Advice),
    ];

    public static Command Build(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new ExampleCommand(
            "doctor",
            "Look at everything that the gateways and usage-processors depend on, side by side: PostgreSQL, the usage database, Redis and Kafka, each from the variable "
                + "that the other programs read too (DATABASE_URL, ANALYTICS_DATABASE_URL, REDIS_URL and RateLimits__RedisCertificateAuthority, KAFKA_BOOTSTRAP_SERVERS; what is not set is skipped), their schemas, topics, scripts and "
                + $"clocks, the gateways, their heartbeats, and what waits to be stored. Takes some seconds at most. Exit code {ExitCode.Failed}: a check has failed.",
            "keygen doctor",
            "keygen doctor --json | jq '.checks[] | select(.result != \"ok\")'")
        {
            json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(surroundings, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Surroundings surroundings, bool json, CancellationToken cancellationToken)
    {
        var report = DoctorReport.Of(await Examiner.RunAsync(
            [
                new KeyDatabaseExamination(surroundings),
                new UsageDatabaseExamination(surroundings),
                new RedisExamination(surroundings),
                new KafkaExamination(surroundings),
            ],
            Deadline,
            cancellationToken));
        if (json)
        {
            await JsonLines.WriteObjectAsync(surroundings.Output, report, KeygenJson.Readable.DoctorReport);
        }
        else
        {
            await new TextTable<Finding>(surroundings, Columns).WriteAsync(report.Checks.ToAsyncEnumerable(), total: null, cancellationToken);
            await surroundings.Output.FlushAsync(cancellationToken);
            await surroundings.Error.WriteLineAsync(Verdict(report));
        }

        return report.Failed == 0 ? ExitCode.Succeeded : ExitCode.Failed;
    }

    private static string Verdict(DoctorReport report) => report is { Failed: 0, Warnings: 0 }
        ? "Nothing is wrong."
        : string.Create(CultureInfo.InvariantCulture, $"{report.Failed} failed, {report.Warnings} to be looked at.");
}
