using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gateway.LoadTests.Scenarios;

/// <summary>What scenarios and tools take. A value that cannot be right is refused while parsing, before anything is started.</summary>
internal static class LoadOptions
{
    public const int MaximumRate = 100_000;
    public const int MaximumSeconds = 86_400;

    /// <summary>Of one measurement of a tool, which makes many of them.</summary>
    public const int MaximumSecondsOfTool = 600;

    private const int MaximumConnections = 10_000;
    private const int MaximumRounds = 100;

    public static Option<int> Whole(string name, string description, int value, int minimum, int maximum) => new(name)
    {
        Description = description,
        HelpName = $"{minimum}-{maximum}",
        DefaultValueFactory = _ => value,
        CustomParser = result => ReadWhole(result, name, minimum, maximum) ?? value,
    };

    /// <summary>One without a default.</summary>
    public static Option<int?> WholeOrNone(string name, string description, int minimum, int maximum) => new(name)
    {
        Description = description,
        HelpName = $"{minimum}-{maximum}",
        CustomParser = result => ReadWhole(result, name, minimum, maximum),
    };

    public static Option<int> Seconds(string name, string description, int value, int maximum = MaximumSeconds) => Whole(name, description, value, 1, maximum);

    public static Option<double> Limit(string name, string description, double value) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            if (double.TryParse(Text(result), out var number) && number >= 0 && double.IsFinite(number))
            {
                return number;
            }

            result.AddError($"{name}: \"{Text(result)}\" is no number from 0 on");
            return value;
        },
    };

    public static Option<int> Rounds(string description, int value) => Whole("--rounds", description, value, 1, MaximumRounds);

    public static Option<int> Connections() =>
        Whole("--connections", "Connections of the load, each with one request under way at most.", 64, 1, MaximumConnections);

    public static Option<int> Rate(string name, string description, int value) => Whole(name, description, value, 1, MaximumRate);

    public static Option<Uri?> Url() => new("--url")
    {
        Description = "A gateway that runs already, such as http://127.0.0.1:8080 with its sample backend behind it; GATEWAY_KEY is sent. Without it, a stack is started for this run.",
        HelpName = "URL",
        CustomParser = static result =>
        {
            if (TryParseUrl(Text(result), out var url) is not { } problem)
            {
                return url;
            }

            result.AddError($"--url: {problem}");
            return null;
        },
    };

    public static Option<string?> Path(string value)
    {
        var option = new Option<string?>("--path") { Description = "What is asked for.", HelpName = "PATH", DefaultValueFactory = _ => value };
        option.Validators.Add(static result =>
        {
            if (result.Tokens is [{ Value: var path }] && !path.StartsWith('/'))
            {
                result.AddError($"--path: \"{path}\" does not begin with /");
            }
        });
        return option;
    }

    public static Option<string?> Json() => File("--json", "Write all figures there.");

    public static Option<string?> File(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "FILE" };

        // Said now, and not after minutes of load.
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var file }]
                && (file.Length == 0
                    || file.StartsWith("--", StringComparison.Ordinal)
                    || Directory.Exists(file)
                    || !Directory.Exists(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file)))))
            {
                result.AddError($"{name}: \"{file}\" is no file in a folder that there is");
            }
        });
        return option;
    }

    /// <summary>Reads a URL of this machine; answers what is wrong with it, or null.</summary>
    public static string? TryParseUrl(string text, out Uri url)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out url!) || url.Scheme is not ("http" or "https"))
        {
            return $"\"{text}\" is no http URL";
        }

        return url.IsLoopback ? null : $"{url.Host} is not this machine: load goes to this machine only";
    }

    /// <summary>What was written.</summary>
    public static string Text(ArgumentResult result) => result.Tokens[^1].Value;

    private static int? ReadWhole(ArgumentResult result, string name, int minimum, int maximum)
    {
        if (int.TryParse(Text(result), out var number) && number >= minimum && number <= maximum)
        {
            return number;
        }

        result.AddError($"{name}: \"{Text(result)}\" is no whole number from {minimum} to {maximum}");
        return null;
    }
}
