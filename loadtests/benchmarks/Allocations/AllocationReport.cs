namespace Gateway.Benchmarks.Allocations;

/// <summary>Who allocates, as tables.</summary>
internal static class AllocationReport
{
    private const int LongestSite = 120;

    /// <summary>Writes them.</summary>
    /// <param name="allocations">What was seen.</param>
    /// <param name="requests">Over how many requests.</param>
    /// <param name="rows">How many rows the longer tables have.</param>
    /// <param name="output">Where to.</param>
    public static void Write(IReadOnlyList<Allocation> allocations, int requests, int rows, TextWriter output)
    {
        Allocation[] ofRequests = [.. allocations.Where(static allocation => allocation.IsOfRequest)];
        Allocation[] others = [.. allocations.Where(static allocation => !allocation.IsOfRequest)];
        output.WriteLine($"\nSampled: {allocations.Count:N0} allocations. Bytes a request, on the way of a request {Share(ofRequests, requests):N0}, beside it {Share(others, requests):N0}.");
        Table("by module, on the way of a request", ofRequests, static allocation => allocation.Owner);
        Table("by type and who asked for it, on the way of a request", ofRequests, Describe);
        Table("by type, on the way of a request", ofRequests, static allocation => allocation.Type);
        Table("by type and who asked for it, beside requests", others, Describe);

        void Table(string title, Allocation[] all, Func<Allocation, string> name)
        {
            output.WriteLine($"\nBytes a request {title}");
            foreach (var group in all.GroupBy(name).OrderByDescending(static group => group.Sum(static allocation => allocation.Bytes)).Take(rows))
            {
                output.WriteLine($"{Share(group, requests),8:N0}  {group.Key}");
            }
        }
    }

    private static double Share(IEnumerable<Allocation> allocations, int requests) =>
        (double)allocations.Sum(static allocation => allocation.Bytes) / requests;

    private static string Describe(Allocation allocation)
    {
        var site = allocation.Site;
        return $"{allocation.Type}  ←  {(site.Length > LongestSite ? site[..LongestSite] + "…" : site)}";
    }
}
