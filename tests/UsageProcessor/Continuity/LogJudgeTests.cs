using Gateway.UsageProcessor.Continuity;
using Gateway.UsageProcessor.Storage;

namespace Gateway.UsageProcessor.Tests.Continuity;

public sealed class LogJudgeTests
{
    private const long Known = 4711;
    private const long Another = 815;

    [Theory]
    [InlineData(100, Known, 0, 200, Known)]
    [InlineData(100, Known, 0, 100, Known)]
    [InlineData(100, Known, 99, 200, Known)]
    [InlineData(0, null, 0, 0, null)]
    [InlineData(0, null, 0, 200, null)]
    public void Log_that_has_the_last_message_and_all_unread_ones_is_read_on(long next, long? stored, long begin, long end, long? lastRead) =>
        Assert.Equal(new LogVerdict(next, lastRead, null), LogJudge.Judge(new StoredOffset(next, stored, false), new LogObservation(begin, end, lastRead)));

    [Fact]
    public void Log_that_begins_exactly_where_it_goes_on_has_lost_nothing_unread() =>
        Assert.Equal(new LogVerdict(100, Known, null), LogJudge.Judge(new StoredOffset(100, Known, false), new LogObservation(100, 200, null)));

    [Theory]
    [InlineData(Known)]
    [InlineData(null)]
    public void Offset_without_a_fingerprint_is_believed_and_gets_one(long? lastRead) =>
        Assert.Equal(new LogVerdict(100, lastRead, null), LogJudge.Judge(new StoredOffset(100, null, false), new LogObservation(0, 200, lastRead)));

    [Fact]
    public void Partition_that_is_new_to_the_group_begins_with_what_is_there() =>
        Assert.Equal(new LogVerdict(40, null, null), LogJudge.Judge(new StoredOffset(0, null, true), new LogObservation(40, 200, null)));

    [Theory]
    [InlineData(100, Known, 0, 99, null, "it ends at 99", "1 messages that are stored are gone")]
    [InlineData(100, null, 0, 0, null, "it ends at 0", "100 messages that are stored are gone")]
    [InlineData(100, Known, 140, 200, null, "the log begins at 140", "40 unread messages are gone")]
    [InlineData(0, null, 140, 200, null, "the log begins at 140", "140 unread messages are gone")]
    [InlineData(100, Known, 7, 200, Another, "another message at that offset, in a log from 7 to 200", "number is not known")]
    [InlineData(100, Known, 7, 200, null, "no message at that offset, in a log from 7 to 200", "number is not known")]
    public void Log_that_is_cut_or_another_one_is_a_loss_that_says_what_is_there_and_what_is_gone(
        long next, long? stored, long begin, long end, long? lastRead, string found, string gone)
    {
        var verdict = LogJudge.Judge(new StoredOffset(next, stored, false), new LogObservation(begin, end, lastRead));

        Assert.Equal((begin, null), (verdict.GoOnAt, verdict.Fingerprint));
        Assert.Contains(found, verdict.Loss!.Found, StringComparison.Ordinal);
        Assert.Contains(gone, verdict.Loss.Gone, StringComparison.Ordinal);
    }

    [Fact]
    public void Fingerprint_tells_apart_key_value_and_time()
    {
        byte[] one = [1], two = [1, 2], none = [];
        long[] fingerprints =
        [
            MessageFingerprint.Of(one, two, 5), MessageFingerprint.Of(two, one, 5), MessageFingerprint.Of(one, two, 6),
            MessageFingerprint.Of(null, two, 5), MessageFingerprint.Of(none, two, 5), MessageFingerprint.Of(none, null, 5),
        ];

        Assert.Equal(fingerprints.Length, fingerprints.Distinct().Count());
        Assert.Equal(fingerprints[0], MessageFingerprint.Of([1], [1, 2], 5));
    }
}
