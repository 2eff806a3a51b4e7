namespace Gateway.LoadTests.Running;

/// <summary>Requests at a steady rate, sent when they are due whether or not earlier ones were answered (an open model).</summary>
/// <param name="Urls">What is asked for in turn, with GET.</param>
/// <param name="Rate">Requests per second.</param>
/// <param name="During">For how long.</param>
internal sealed record SteadyScenario(Uri[] Urls, int Rate, TimeSpan During)
{
    public const string Usage =
        """
        usage:   GATEWAY_KEY=… loadtests URL [RATE per second, 200] [SECONDS, 10]
        example: GATEWAY_KEY=$KEY loadtests http://127.0.0.1:8080/hello 500 30
        """;

    public const int MaximumRate = 100_000;
    public const int MaximumSeconds = 86_400;

    /// <summary>Reads the arguments; answers what is wrong with them, or null.</summary>
    public static string? TryParse(string[] arguments, out SteadyScenario scenario)
    {
        scenario = new SteadyScenario([], Rate: 200, TimeSpan.FromSeconds(10));
        if (arguments.Length is < 1 or > 3)
        {
            return "expected a URL, and after it a rate and a time at most";
        }

        if (TryParseUrl(arguments[0], out var url) is { } problem)
        {
            return problem;
        }

        var rate = scenario.Rate;
        if (arguments.Length > 1 && (!int.TryParse(arguments[1], out rate) || rate is < 1 or > MaximumRate))
        {
            return $"\"{arguments[1]}\" is no rate from 1 to {MaximumRate}";
        }

        var seconds = (int)scenario.During.TotalSeconds;
        if (arguments.Length > 2 && (!int.TryParse(arguments[2], out seconds) || seconds is < 1 or > MaximumSeconds))
        {
            return $"\"{arguments[2]}\" is no number of seconds from 1 to {MaximumSeconds}";
        }

        scenario = new SteadyScenario([url], rate, TimeSpan.FromSeconds(seconds));
        return null;
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
}
