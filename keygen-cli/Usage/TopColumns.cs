using Gateway.Keygen.Output;

namespace Gateway.Keygen.Usage;

/// <summary>How those who used most are listed: as <see cref="UsageColumns"/>, and of a key also whose it is.</summary>
internal static class TopColumns
{
    /// <summary>What its name takes of the bar's width, mostly.</summary>
    private const int WidthOfOrganization = 20;

    /// <summary>Scripts cut these columns out by number: new ones go to the end.</summary>
    public static IReadOnlyList<Column<UsagePart>> ForPrograms(UsageGrouping by) => by == UsageGrouping.Key
        ? [.. UsageColumns.ForPrograms(by), new("ORGANIZATION ID", part => part.OrganizationId), new("ORGANIZATION", part => part.OrganizationName)]
        : UsageColumns.ForPrograms(by);

    /// <summary>Programs look these columns up by name: none is renamed.</summary>
    public static IReadOnlyList<Column<UsagePart>> ForCsv(UsageGrouping by) => by == UsageGrouping.Key
        ? [.. UsageColumns.ForCsv(by), new("organizationId", part => part.OrganizationId), new("organizationName", part => part.OrganizationName)]
        : UsageColumns.ForCsv(by);

    /// <summary>With a bar.</summary>
    /// <param name="by">What they are.</param>
    /// <param name="width">Of the terminal, in characters.</param>
    public static IReadOnlyList<Column<UsagePart>> ForPeople(UsageGrouping by, int width)
    {
        if (by != UsageGrouping.Key)
        {
            return UsageColumns.ForPeople(by, width);
        }

        var columns = UsageColumns.ForPeople(by, width - WidthOfOrganization);
        return [.. columns.Take(2), new("ORGANIZATION", part => part.OrganizationName), .. columns.Skip(2)];
    }
}
