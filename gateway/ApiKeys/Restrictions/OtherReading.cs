namespace Gateway.ApiKeys.Restrictions;

/// <summary>
/// A path as lenient servers read it: escapes decoded again (<c>%2f</c>: WSGI, CGI, nginx), empty segments dropped (nginx), parameters
/// after <c>;</c> cut off (servlet containers), and then dot segments resolved. Pure.
/// </summary>
internal static class OtherReading
{
    private const char Parameters = ';';

    /// <summary>The other reading of a path that Kestrel has decoded once.</summary>
    public static PathString Of(PathString path)
    {
        var segments = new List<string>();
        foreach (var segment in Uri.UnescapeDataString(path.Value ?? string.Empty).Split('/', '\\'))
        {
            var name = segment.IndexOf(Parameters, StringComparison.Ordinal) is var end and >= 0 ? segment[..end] : segment;
            if (name == "..")
            {
                segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
            }
            else if (name is not ("" or "."))
            {
                segments.Add(name);
            }
        }

        return new PathString("/" + string.Join('/', segments));
    }
}
