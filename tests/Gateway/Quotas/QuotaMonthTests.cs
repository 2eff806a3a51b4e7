using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Gateway.Quotas;
using Gateway.RateLimiting.Limits;
using Gateway.Tests.Fixtures;
using Gateway.Tests.RateLimiting.Limiters;

namespace Gateway.Tests.Quotas;

public sealed class QuotaMonthTests
{
    private static readonly Gen<DateTimeOffset> Moments =
        from day in Gen.Choose(0, 30_000)
        from millisecond in Gen.Choose(0, 86_399_999)
        select new DateTimeOffset(1985, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day).AddMilliseconds(millisecond);

    // Most clocks that make trouble make it around the first of a month.
    private static readonly Gen<DateTimeOffset> MomentsAroundTheFirst =
        from month in Gen.Choose(0, 984)
        from second in Gen.Choose(-54_000, 54_000)
        select new DateTimeOffset(1985, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(month).AddSeconds(second);

    private static readonly Arbitrary<(DateTimeOffset Moment, TimeZoneInfo Zone)> Cases =
        (from moment in Gen.OneOf(Moments, MomentsAroundTheFirst)
         from zone in Gen.Elements<TimeZoneInfo>([.. TimeZoneInfo.GetSystemTimeZones()])
         select (moment, zone)).ToArbitrary();

    [Theory]
    [InlineData("UTC", "2026-11-30T23:59:59.999Z", "2026-11", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")]
    [InlineData("Europe/Berlin", "2026-10-31T22:59:59Z", "2026-10", "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z")]
    [InlineData("Europe/Berlin", "2026-10-31T23:00:00Z", "2026-11", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z")]
    [InlineData("America/Los_Angeles", "2027-01-01T07:59:59Z", "2026-12", "2026-12-01T08:00:00Z", "2027-01-01T08:00:00Z")]
    [InlineData("Pacific/Kiritimati", "2026-10-31T10:00:00Z", "2026-11", "2026-10-31T10:00:00Z", "2026-11-30T10:00:00Z")]
    [InlineData("Asia/Kolkata", "2026-10-31T18:30:00Z", "2026-11", "2026-10-31T18:30:00Z", "2026-11-30T18:30:00Z")]
    [InlineData("Asia/Kathmandu", "2026-10-31T18:14:59Z", "2026-10", "2026-09-30T18:15:00Z", "2026-10-31T18:15:00Z")]
    [InlineData("America/St_Johns", "2009-11-01T02:45:00Z", "2009-11", "2009-11-01T02:30:00Z", "2009-12-01T03:30:00Z")] // At 00:01 it was 23:01 again.
    [InlineData("America/Asuncion", "2017-10-01T04:00:00Z", "2017-10", "2017-10-01T04:00:00Z", "2017-11-01T03:00:00Z")] // After 23:59 came 01:00.
    [InlineData("America/Havana", "2015-11-01T04:30:00Z", "2015-11", "2015-11-01T04:00:00Z", "2015-12-01T05:00:00Z")] // 00:00 to 01:00 came twice.
    public void Month_begins_when_the_clocks_of_its_zone_first_show_it(string zone, string moment, string name, string start, string end)
    {
        var month = QuotaMonth.At(Moment(moment), TimeZoneInfo.FindSystemTimeZoneById(zone));

        Assert.Equal((name, Moment(start), Moment(end)), (month.Name, month.Start, month.End));
        Assert.Equal(TimeSpan.Zero, month.Start.Offset);
        Assert.Equal(month.End.AddDays(8), month.ExpiresAt);
    }

    [Fact]
    public void Months_follow_each_other_without_gap_and_overlap_in_every_zone() => Check((moment, zone) =>
    {
        var month = QuotaMonth.At(moment, zone);
        var next = QuotaMonth.At(month.End, zone);

        Assert.True(month.Contains(moment));
        Assert.Equal(month, QuotaMonth.At(month.Start, zone));
        Assert.Equal(month, QuotaMonth.At(month.End.AddTicks(-1), zone));
        Assert.Equal(month.End, next.Start);
        Assert.Equal(First(month).AddMonths(1), First(next));
    });

    [Fact]
    public void Month_begins_at_midnight_of_its_first_or_where_the_clocks_jump_over_it() => Check((moment, zone) =>
    {
        var month = QuotaMonth.At(moment, zone);

        Assert.True(Local(month.Start, zone) >= First(month));
        Assert.True(Local(month.Start.AddTicks(-1), zone) < First(month));
    });

    [Fact]
    public void Quota_is_that_of_the_month_of_every_moment_in_any_order() => Check((moment, zone) =>
    {
        var terms = LimiterUnderTest.NewOrganization(limits => limits with { Quota = new Quota(1, IsHard: true, zone) }).Terms;
        var buckets = new OrganizationBuckets(terms.OrganizationId);
        var time = new ManualTime();
        var limits = LimitsAt(moment);
        var month = MonthOf(limits);

        Assert.Equal(QuotaMonth.At(moment, zone), month);
        Assert.Same(limits, LimitsAt(month.End.AddTicks(-1)));
        Assert.Equal(QuotaMonth.At(month.End, zone), MonthOf(LimitsAt(month.End)));
        Assert.Equal(month, MonthOf(LimitsAt(moment)));

        RequestLimits LimitsAt(DateTimeOffset now)
        {
            time.Advance(now - time.GetUtcNow());
            return buckets.LimitsOf(terms, Guid.Empty, RouteLimits.None, areShadow: false, time);
        }
    });

    [Fact]
    public void No_month_has_been_found_yet_in_the_default() => Assert.False(default(QuotaMonth).Contains(default));

    private static void Check(Action<DateTimeOffset, TimeZoneInfo> property) =>
        Prop.ForAll(Cases, test => property(test.Moment, test.Zone)).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    private static QuotaMonth MonthOf(RequestLimits limits) => Assert.Single(limits.Limits, static limit => limit.Quota is not null).Month;

    private static DateTime First(QuotaMonth month) => DateTime.ParseExact(month.Name, "yyyy-MM", CultureInfo.InvariantCulture);

    private static DateTime Local(DateTimeOffset moment, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(moment, zone).DateTime;

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
