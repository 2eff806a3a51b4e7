using Gateway.Chaos.Checking;
using Gateway.Chaos.Faults;
using Gateway.Chaos.Load;

namespace Gateway.EndToEnd.Tests.Chaos;

/// <summary>The judge of a campaign finds whatever is wrong, and nothing else.</summary>
public sealed class JudgeTests
{
    private static readonly Guid[] Organizations = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];

    [Fact]
    public void Answered_and_stored_once_is_clean()
    {
        var judgement = Judge([Answered("/a", 200), Answered("/b", 500), Answered("/c", 429, "rate-limited")], [Row("/a", 200), Row("/b", 500, billable: false), Row("/c", 429, billable: false)]);

        Assert.True(judgement.IsClean);
        Assert.Equal((3, 3), (judgement.Expected, judgement.Stored));
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(429, "rate-limited")]
    [InlineData(502, "backend-unavailable")]
    [InlineData(503, "backend-unavailable")]
    public void Answered_and_not_stored_is_lost(int status, string? problem) =>
        Assert.Equal(1, Judge([Answered("/a", status, problem)], []).Lost.Count);

    [Fact]
    public void Answer_that_broke_off_has_to_be_stored_too() =>
        Assert.Equal(1, Judge([Answered("/a", 200, isComplete: false)], []).Lost.Count);

    [Theory]
    [InlineData(401, "invalid-api-key")]
    [InlineData(503, "not-ready")]
    [InlineData(503, "key-check-unavailable")]
    [InlineData(503, "metering-unavailable")]
    public void Refused_before_it_is_anybodys_must_not_be_stored(int status, string problem)
    {
        Assert.True(Judge([Answered("/a", status, problem)], []).IsClean);
        Assert.Equal(1, Judge([Answered("/a", status, problem)], [Row("/a", status, billable: false)]).Invented.Count);
    }

    [Fact]
    public void Without_an_answer_it_may_be_stored_once_but_not_twice()
    {
        Assert.True(Judge([Unanswered("/a")], []).IsClean);
        Assert.True(Judge([Unanswered("/a")], [Row("/a", 200)]).IsClean);
        Assert.Equal(1, Judge([Unanswered("/a")], [Row("/a", 200), Row("/a", 200)]).Doubled.Count);
    }

    [Fact]
    public void Stored_twice_is_doubled_and_never_sent_is_invented()
    {
        var judgement = Judge([Answered("/a", 200)], [Row("/a", 200), Row("/a", 200), Row("/b", 200)]);

        Assert.Equal((1, 1), (judgement.Doubled.Count, judgement.Invented.Count));
    }

    [Fact]
    public void Stored_otherwise_than_answered_is_different()
    {
        Assert.Equal(1, Judge([Answered("/a", 200)], [Row("/a", 404)]).Different.Count);
        Assert.Equal(1, Judge([Answered("/a", 200)], [Row("/a", 200, billable: false)]).Different.Count);
        Assert.Equal(1, Judge([Answered("/a", 200)], [Row("/a", 200) with { Units = 2 }]).Different.Count);
        Assert.Equal(1, Judge([Answered("/a", 200)], [Row("/a", 200) with { OrganizationId = Organizations[1] }]).Different.Count);
    }

    [Fact]
    public void Flipped_bit_explains_a_loss_only_where_no_other_record_was_left()
    {
        Assert.Equal((0, 1), LossesBy(new FlippedBit("gateway/a", 1, "/a", WasOnlyRecord: true)));
        Assert.Equal((1, 0), LossesBy(new FlippedBit("gateway/a", 1, "/a", WasOnlyRecord: false)));
        Assert.Equal((1, 0), LossesBy(new FlippedBit("gateway/a", 1, "/b", WasOnlyRecord: true)));
        Assert.Equal((0, 1), LossesBy(new FlippedBit("gateway/a", 1, "/a", WasOnlyRecord: false), new FlippedBit("gateway/a", 1, "/a", WasOnlyRecord: false)));
    }

    [Fact]
    public void Lost_with_its_journal_is_counted_apart_and_only_where_it_was_in_it()
    {
        var judgement = Judge(new Losses { LostEvents = [new LostEvent("gateway/a", 1, "/a")] }, Answered("/a", 200), Answered("/b", 200));

        Assert.Equal("/a", Assert.Single(judgement.LostWithJournal));
        Assert.Equal(1, judgement.Lost.Count);
    }

    [Fact]
    public void Where_gateways_go_on_what_is_not_stored_is_unmetered_and_of_the_unanswered_nobody_knows()
    {
        var judgement = Judge(new Losses { MayBeUnmetered = true }, Answered("/a", 200), Answered("/b", 401, "invalid-api-key"), Unanswered("/c"));

        Assert.Equal((0, 1, 1), (judgement.Lost.Count, judgement.Unmetered.Count, judgement.UnstoredUnanswered));
    }

    private static (int Lost, int Destroyed) LossesBy(params FlippedBit[] flips)
    {
        var judgement = Gateway.Chaos.Checking.Judge.Of([Answered("/a", 200)], [], Organizations, new Losses { FlippedBits = flips });
        return (judgement.Lost.Count, judgement.Destroyed.Count);
    }

    private static Judgement Judge(SentRequest[] requests, StoredRow[] rows) => Gateway.Chaos.Checking.Judge.Of(requests, rows, Organizations, Losses.None);

    private static Judgement Judge(Losses losses, params SentRequest[] requests) => Gateway.Chaos.Checking.Judge.Of(requests, [], Organizations, losses);

    private static SentRequest Answered(string path, int status, string? problem = null, bool isComplete = true)
    {
        var request = Unanswered(path);
        request.Status = status;
        request.Problem = problem is null ? null : $"urn:gateway:problem:{problem}";
        request.IsComplete = isComplete;
        return request;
    }

    private static SentRequest Unanswered(string path) =>
        new(new PlannedRequest(1, "GET", path, Customer: 0, Units: 1, UploadBytes: 0, AbortsAfter: null), gateway: 0, DateTimeOffset.UnixEpoch) { WasSent = true };

    private static StoredRow Row(string path, int status, bool billable = true) =>
        new(path, "GET", Organizations[0], status, "forwarded", billable, 1, "gateway/a", 1);
}
