using System.Text.RegularExpressions;

namespace Gateway.Architecture.Tests;

/// <summary>Each table has one writer: whoever else needs it reads.</summary>
public sealed partial class TableOwnershipTests
{
    private static readonly Dictionary<string, string[]> TablesWrittenBy = new()
    {
        ["keygen-cli"] = ["organizations", "api_keys", "rate_limit_configs", "quotas", "backends"],
        ["usage-processor"] =
        [
            "usage_events", "staged_usage_events", "usage_ledger", "usage_late", "usage_retention", "usage_sources", "consumer_offsets",
            "dead_letters",
        ],
        ["gateway"] = ["gateway_instances", "api_key_last_used", "quota_alerts"],
    };

    // Kept by triggers, whoever writes.
    private static readonly string[] TablesOfTheSchemaItself = ["configuration_version", "audit_log"];

    [Fact]
    public void Applications_write_only_to_their_own_tables()
    {
        foreach (var application in Repository.Applications)
        {
            var written = Repository.Sources(application)
                .SelectMany(source => Writes.Matches(WithoutComments(source.Text)))
                .Select(match => match.Groups["table"].Value)
                .Distinct();

            Assert.Empty(written.Except(TablesWrittenBy[application]));
        }
    }

    [Fact]
    public void Every_table_of_the_schema_has_a_writer()
    {
        var tables = Repository.Sources("db/migrations", "*.up.sql")
            .SelectMany(source => Creates.Matches(source.Text))
            .Select(match => match.Groups["table"].Value);

        Assert.Empty(tables.Except(TablesOfTheSchemaItself).Except(TablesWrittenBy.Values.SelectMany(written => written)));
    }

    private static string WithoutComments(string text) =>
        string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));

    // In SQL the words are in capitals here, so that prose and identifiers are not taken for it.
    [GeneratedRegex(@"\b(?:INSERT INTO|UPDATE|DELETE FROM|COPY|TRUNCATE)\s+(?<table>[a-z_]{3,})\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Writes { get; }

    [GeneratedRegex(@"^CREATE TABLE (?<table>\w+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Creates { get; }
}
