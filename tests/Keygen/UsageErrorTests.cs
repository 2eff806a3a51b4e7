using Gateway.Contracts.ApiKeys;

namespace Gateway.Keygen.Tests;

/// <summary>What a command line cannot say. There is no database here: it is refused before anything is tried.</summary>
public sealed class UsageErrorTests : CommandLineTest
{
    private const string Organization = "00000000-0000-0000-0000-000000000001";

    [Theory]
    [InlineData("", "NAME is empty")]
    [InlineData(" \u2003", "NAME is empty")]
    [InlineData("two\nlines", "control character")]
    [InlineData("rings\a", "control character")]
    [InlineData("c1\u0085", "control character")]
    [InlineData("two\u2028lines", "control character")]
    [InlineData("nul\0", "control character")]
    [InlineData("sk_live_0123456789abcdefghijklmnopqrstuv", "contains an API key")]
    public async Task Org_create_refuses_a_name_that_cannot_be_one(string name, string problem) =>
        (await RunAsync("org", "create", name)).Refused(2, problem);

    [Theory]
    [InlineData("fr\u001b[31mob")]
    [InlineData("list", "fr\u001b[31mob")]
    [InlineData("list", "--fr\u009b31mob")]
    public async Task What_is_not_understood_is_repeated_without_what_a_terminal_would_obey(params string[] arguments)
    {
        var result = await RunAsync(arguments);

        result.Refused(2, "fr\uFFFD");
        Assert.DoesNotContain(result.Error, static character => char.IsControl(character) && character != '\n');
    }

    [Fact]
    public async Task Org_create_refuses_a_name_that_is_not_text() =>
        (await RunAsync("org", "create", "half a pair: " + '\uD83D')).Refused(2, "not valid text");

    [Theory]
    [InlineData("1")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("{00000000-0000-0000-0000-000000000001}")]
    public async Task Org_create_refuses_an_id_that_is_none(string id) =>
        (await RunAsync("org", "create", "Example", "--id", id)).Refused(2, "is not a UUID");

    [Theory]
    [InlineData("0d", "not in the future")]
    [InlineData("2020-01-01", "not in the future")]
    [InlineData("soon", "neither a time")]
    [InlineData("-5d", "neither a time")]
    [InlineData("5y", "neither a time")]
    [InlineData("d", "neither a time")]
    [InlineData("999999999999d", "neither a time")]
    [InlineData("2100-02-30", "neither a time")]
    [InlineData("01/02/2100", "neither a time")]
    [InlineData("", "neither a time")]
    public async Task Expires_that_is_no_time_to_come_is_refused(string expires, string problem) =>
        (await RunAsync("create", "--org-id", Organization, "--name", "x", "--expires", expires)).Refused(2, problem);

    [Theory]
    [InlineData("", "--name is empty")]
    [InlineData("a\tb", "control character")]
    [InlineData("sk_test_0123456789abcdefghijklmnopqrstuv", "contains an API key")]
    public async Task Create_refuses_a_name_that_cannot_be_one(string name, string problem) =>
        (await RunAsync("create", "--org-id", Organization, "--name", name)).Refused(2, problem);

    [Theory]
    [InlineData("prod")]
    [InlineData("0")]
    [InlineData("Live")]
    public async Task Create_refuses_an_environment_that_is_none(string environment) =>
        (await RunAsync("create", "--org-id", Organization, "--name", "x", "--environment", environment)).Refused(2, "neither live nor test");

    [Theory]
    [InlineData("abc")]
    [InlineData("web shop")]
    [InlineData("12345678_")]
    [InlineData("00000000-0000-0000-0000-0000000000011")]
    public async Task Malformed_key_id_is_a_usage_error(string id) => (await RunAsync("revoke", id, "--yes")).Refused(2, "is not a key's id");

    [Fact]
    public async Task Key_given_instead_of_its_id_is_not_repeated()
    {
        var key = ApiKeyFormat.Generate(ApiKeyEnvironment.Live);

        var result = await RunAsync("revoke", key, "--yes");

        result.Refused(2, "is not a key's id");
        Assert.DoesNotContain(key[..13], result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("ten")]
    [InlineData("")]
    [InlineData("1000000000001")]
    [InlineData("99999999999999999999")]
    public async Task Limit_outside_its_range_is_refused(string limit)
    {
        foreach (var option in (string[])["--per-minute", "--per-day"])
        {
            (await RunAsync("limits", "set", "--org-id", Organization, option, limit)).Refused(2, $"{option}: \"{limit}\" is not a whole number from 1 to 1000000000000");
        }

        (await RunAsync("limits", "set", "--org-id", Organization, "--per-day", "5", "--burst-per-day", limit)).Refused(2, "--burst-per-day");
    }

    [Fact]
    public async Task Limits_set_without_a_limit_is_refused()
    {
        (await RunAsync("limits", "set", "--org-id", Organization)).Refused(2, "Nothing to set");
        (await RunAsync("limits", "set", "--org-id", Organization, "--per-minute", "5", "--burst-per-day", "5")).Refused(2, "--burst-per-day needs --per-day");
    }

    [Theory]
    [InlineData("limits set --key-id 3f2c9a1e --route reports --per-minute 5", "--key-id and --route contradict each other")]
    [InlineData("limits set --key-id 3f2c9a1e --per-day 5", "--per-day is for a whole organization")]
    [InlineData("limits set --route reports --per-minute 5 --per-day 5", "--per-day is for a whole organization")]
    [InlineData("limits set --key-id 3f2 --per-minute 5", "--key-id: \"3f2\" is not a key's id")]
    [InlineData("limits set --key-id 3f2c9a1e", "Nothing to set")]
    [InlineData("limits set --route reports --burst-per-minute 5 --shadow", "--burst-per-minute needs --per-minute")]
    [InlineData("limits set --per-minute 5 --shadow --no-shadow", "--shadow and --no-shadow contradict each other")]
    [InlineData("limits set --route sk_live_0123456789abcdefghijklmnopqrstuv --per-minute 5", "--route contains an API key")]
    [InlineData("limits unset --key-id 3f2c9a1e --route reports", "--key-id and --route contradict each other")]
    [InlineData("limits unset --route reports --all", "--all contradicts --key-id and --route")]
    [InlineData("limits shadow perhaps", "perhaps")]
    [InlineData("quota set", "--per-month")]
    [InlineData("quota set --per-month 0", "--per-month: \"0\" is not a whole number from 1 to 1000000000000")]
    [InlineData("quota set --per-month 5 --soft --hard", "--hard and --soft contradict each other")]
    [InlineData("quota set --per-month 5 --time-zone Europe/Entenhausen", "--time-zone: \"Europe/Entenhausen\" is no time zone")]
    [InlineData("quota set --per-month 5 --time-zone europe/berlin", "is no time zone")]
    [InlineData("quota set --per-month 5 --time-zone CET", "is no time zone")]
    [InlineData("quota set --per-month 5 --time-zone UTC+3", "is no time zone")]
    [InlineData("quota set --per-month 5 --time-zone ../../etc/localtime", "is no time zone")]
    public async Task Limit_or_quota_that_makes_no_sense_is_refused(string command, string problem) =>
        (await RunAsync([.. command.Split(' '), "--org-id", Organization])).Refused(2, problem);

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    public async Task Route_that_cannot_be_one_is_refused(string route) =>
        (await RunAsync("limits", "set", "--org-id", Organization, "--route", route, "--per-minute", "5")).Refused(2, "--route ");

    [Theory]
    [InlineData("2026-11-01T10:30Z")]
    [InlineData("2026-11-01T10:00:00.000001Z")]
    [InlineData("2026-11-01T10:00+05:30")]
    public async Task Usage_refuses_a_period_of_parts_of_hours(string time)
    {
        (await RunAsync("usage", "--org-id", Organization, "--from", time, "--to", "2027-01-01")).Refused(2, $"--from: \"{time}\" is not a whole hour");
        (await RunAsync("usage", "--org-id", Organization, "--from", "2020-01-01", "--to", time)).Refused(2, $"--to: \"{time}\" is not a whole hour");
    }

    [Theory]
    [InlineData("2026-11-01", "2026-11-01")]
    [InlineData("2026-11-02", "2026-11-01")]
    [InlineData("2026-11", "2026-11")]
    [InlineData("today", "yesterday")]
    [InlineData("1h", "24h")]
    public async Task Usage_refuses_a_period_that_ends_before_it_has_begun(string from, string to) =>
        (await RunAsync("usage", "--org-id", Organization, "--from", from, "--to", to)).Refused(2, "--to must be later than --from");

    [Theory]
    [InlineData("Yesterday")]
    [InlineData("tomorrow")]
    [InlineData("1999-12-31")]
    [InlineData("1999-12")]
    [InlineData("0001-01-01")]
    [InlineData("2026-13")]
    [InlineData("2026")]
    [InlineData("10000-01-01")]
    [InlineData("99999w")]
    [InlineData("-1h")]
    [InlineData("2026-11-01T24:00Z")]
    public async Task Usage_refuses_what_is_no_time(string time) => (await RunAsync("usage", "--org-id", Organization, "--from", time)).Refused(2, "is not a time");

    [Theory]
    [InlineData("now")]
    [InlineData("24h")]
    [InlineData("2026-11-01T10:00Z")]
    [InlineData("9999-12")]
    public async Task Period_that_is_no_whole_day_or_month_is_refused(string period) =>
        (await RunAsync("usage", "--org-id", Organization, "--period", period)).Refused(2, "is not a whole day or month");

    [Theory]
    [InlineData("--from")]
    [InlineData("--to")]
    public async Task Period_and_a_bound_contradict_each_other(string bound) =>
        (await RunAsync("usage", "--org-id", Organization, "--period", "2026-10", bound, "2026-10-05")).Refused(2, "--period contradicts");
}
