using System.Globalization;
using Gateway.Chaos.Plans;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Chaos;

/// <summary>What a campaign is asked for.</summary>
/// <param name="Seed">What the plan follows from (<c>--seed</c>): the same seed is the same plan.</param>
/// <param name="Duration">How long there is load and faults (<c>--minutes</c>).</param>
/// <param name="FaultsPerMinute">How many faults begin in a minute (<c>--faults-per-minute</c>, 8).</param>
/// <param name="RequestsPerSecond">Of all clients together (<c>--requests-per-second</c>, 100).</param>
/// <param name="JsonFile">Where the report goes as JSON, too (<c>--json</c>).</param>
internal sealed record ChaosOptions(int Seed, TimeSpan Duration, double FaultsPerMinute, int RequestsPerSecond, string? JsonFile)
{
    /// <summary>Kinds of faults that are left out (<c>--without</c>), to find out which one it takes.</summary>
    public IReadOnlyList<FaultKind> Without { get; init; } = [];

    /// <summary>One broker, or a cluster of three that keep each message three times (<c>--brokers</c>, 1).</summary>
    public int Brokers { get; init; } = 1;

    /// <summary>Whether gateways serve what they cannot meter (<c>--when-journal-is-full go-on</c>), or refuse it (<c>refuse</c>, the default).</summary>
    public bool GoOnWhenFull { get; init; }

    /// <summary>Whether the volume of the journals may be lost (<c>--lose-journal</c>): what was not published by then is gone by nature.</summary>
    public bool LoseJournal { get; init; }

    public const string Usage =
        """
        usage: chaos [--seed N] [--minutes M] [--faults-per-minute F] [--requests-per-second R] [--without KIND,…]
                      [--brokers 3] [--when-journal-is-full go-on] [--lose-journal] [--json FILE]
          --seed N                 the plan of faults follows from it (default: a random one, which is printed)
          --minutes M              how long there is load and faults, 0.2 to 1440 (default: 5)
          --faults-per-minute F    0.1 to 60 (default: 8)
          --requests-per-second R  1 to 2000 (default: 100)
          --without KIND,…         leaves kinds of faults out, such as KillBroker,FillDisk
          --brokers N              1 or 3 (default: 1); 3 are a cluster of the Apache Kafka in KAFKA_HOME: three replicas, of which
                                   two must have a message, and never more than one broker down at a time
          --when-journal-is-full W refuse (default) or go-on: gateways serve on without metering, and as many as they say they did
                                   not meter may be missing
          --lose-journal           faults of one more kind: both gateways are killed and their journals deleted; what waited in
                                   them is lost, and has to be missed by keygen reconcile
          --json FILE              the report as JSON, too
        Exit code 0: every answered request is stored once, or is gone as the two options above allow; 1: something is wrong; 2: wrong arguments.
        """;

    /// <exception cref="FormatException">An argument makes no sense; with one line that says which.</exception>
    public static ChaosOptions Parse(IReadOnlyList<string> arguments)
    {
        // Not for secrets.
#pragma warning disable CA5394
        var options = new ChaosOptions(Random.Shared.Next(1, 1_000_000), TimeSpan.FromMinutes(5), 8, 100, JsonFile: null);
#pragma warning restore CA5394
        for (var index = 0; index < arguments.Count; index++)
        {
            var name = arguments[index];
            if (name == "--lose-journal")
            {
                options = options with { LoseJournal = true };
                continue;
            }

            index++;
            var value = index < arguments.Count ? arguments[index] : null;
            options = name switch
            {
                "--seed" => options with { Seed = (int)Number(name, value, 0, int.MaxValue, isWhole: true) },
                "--minutes" => options with { Duration = TimeSpan.FromMinutes(Number(name, value, 0.2, 1_440, isWhole: false)) },
                "--faults-per-minute" => options with { FaultsPerMinute = Number(name, value, 0.1, 60, isWhole: false) },
                "--requests-per-second" => options with { RequestsPerSecond = (int)Number(name, value, 1, 2_000, isWhole: true) },
                "--without" => options with { Without = Kinds(value) },
                "--brokers" => options with { Brokers = BrokersOf(value) },
                "--when-journal-is-full" => options with { GoOnWhenFull = IsGoOn(value) },
                "--json" => options with { JsonFile = value is { Length: > 0 } ? value : throw new FormatException("--json needs a file") },
                _ => throw new FormatException($"unknown option \"{name}\": chaos --help says which there are"),
            };
        }

        return options is { GoOnWhenFull: true, LoseJournal: true }
            ? throw new FormatException("--lose-journal and --when-journal-is-full go-on exclude each other: how many were not metered is lost with the journal")
            : options;
    }

    /// <summary>What makes the same plan again, under the same load.</summary>
    public IEnumerable<string> ToArguments()
    {
        string[] numbers =
        [
            "--seed", Text(Seed), "--minutes", Text(Duration.TotalMinutes), "--faults-per-minute", Text(FaultsPerMinute),
            "--requests-per-second", Text(RequestsPerSecond), "--brokers", Text(Brokers),
        ];
        return
        [
            .. numbers,
            .. Without.Count > 0 ? ["--without", string.Join(',', Without)] : Array.Empty<string>(),
            .. GoOnWhenFull ? ["--when-journal-is-full", "go-on"] : Array.Empty<string>(),
            .. LoseJournal ? ["--lose-journal"] : Array.Empty<string>(),
        ];

        static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsGoOn(string? text) => text switch
    {
        "go-on" => true,
        "refuse" => false,
        _ => throw new FormatException($"--when-journal-is-full is {(text is null ? "missing its word" : $"\"{text}\"")}: allowed is refuse or go-on"),
    };

    private static FaultKind[] Kinds(string? text) => Array.ConvertAll((text ?? string.Empty).Split(','), static name =>
        Enum.GetNames<FaultKind>().Contains(name, StringComparer.Ordinal)
            ? Enum.Parse<FaultKind>(name)
            : throw new FormatException($"--without: \"{name}\" is no kind of fault; allowed are {string.Join(", ", Enum.GetNames<FaultKind>())}"));

    private static int BrokersOf(string? text) => text switch
    {
        "1" => 1,
        "3" when ApacheKafka.Home is null => throw new FormatException(
            $"--brokers 3 needs an unpacked Apache Kafka: {ApacheKafka.HomeVariable} has to name its folder"),
        "3" => ApacheKafkaCluster.Brokers,
        _ => throw new FormatException($"--brokers is {(text is null ? "missing its number" : $"\"{text}\"")}: allowed is 1 or 3"),
    };

    private static double Number(string name, string? text, double smallest, double largest, bool isWhole)
    {
        var style = isWhole ? NumberStyles.None : NumberStyles.AllowDecimalPoint;
        return text is not null && double.TryParse(text, style, CultureInfo.InvariantCulture, out var number)
            && number >= smallest && number <= largest
                ? number
                : throw new FormatException(
                    $"{name} is {(text is null ? "missing its number" : $"\"{text}\"")}: allowed is a {(isWhole ? "whole " : string.Empty)}number from {smallest} to {largest}");
    }
}
