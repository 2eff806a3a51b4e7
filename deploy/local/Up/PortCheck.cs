namespace Gateway.LocalStack.Up;

/// <summary>Finds ports that are taken before anything is started, all of them at once.</summary>
internal static class PortCheck
{
    /// <summary>One line for each port that cannot be used; none when all can.</summary>
    public static IReadOnlyList<string> Problems(IReadOnlyList<LocalPort> ports)
    {
        var taken = ports
            .Select(port => (Port: port, Holder: PortHolder.Find(port.Number)))
            .Where(found => found.Holder is not null)
            .Select(found => $"Port {found.Port.Number}, for {found.Port.Purpose}, is taken by {found.Holder}. "
                + $"Stop that, or choose another port: {found.Port.Variable}=NUMBER ./dev up");
        var twice = ports
            .GroupBy(port => port.Number)
            .Where(group => group.Count() > 1)
            .Select(group => $"Port {group.Key} is wanted by {string.Join(" and ", group.Select(port => port.Variable))}: choose different ones.");
        return [.. taken, .. twice];
    }
}
