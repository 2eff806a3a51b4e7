using FsCheck;
using FsCheck.Fluent;
using Gateway.Contracts.Usage;
using Gateway.Usage.Journal;

namespace Gateway.Tests.Usage.Journal;

public sealed class UsageRecordCodecTests
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithQuietOnSuccess(true);

    [Fact]
    public void Record_of_any_content_comes_back_as_it_was()
    {
        var texts = Gen.Elements('a', '/', '%', 'é', '字', '\u0001', 'Z').ArrayOf();
        var numbers = ArbMap.Default.GeneratorFor<long>();
        var guids = ArbMap.Default.GeneratorFor<Guid>();
        var records =
            from sequence in Gen.Choose(1, int.MaxValue)
            from microseconds in Gen.Choose(0, int.MaxValue)
            from ids in guids.ArrayOf(4)
            from amounts in numbers.ArrayOf(5)
            from text in texts.ArrayOf(3)
            from status in Gen.Choose(100, 999)
            from outcome in Gen.Elements(Enum.GetValues<UsageOutcome>())
            from billable in Gen.Elements(true, false)
            select new UsageRecord
            {
                Id = ids[0],
                Sequence = ((long)sequence << 20) + sequence,
                Time = DateTimeOffset.UnixEpoch.AddYears(55).AddMicroseconds(microseconds),
                OrganizationId = ids[1],
                ApiKeyId = ids[2],
                RequestId = ids[3],
                Route = Cut(text[0], UsageEventJson.MaximumRouteLength),
                Method = Cut(text[1], UsageEventJson.MaximumMethodLength),
                Path = Cut(text[2], UsageEventJson.MaximumPathLength),
                Status = status,
                Outcome = outcome,
                Billable = billable,
                Units = amounts[0],
                DurationMicroseconds = amounts[1],
                BackendMicroseconds = amounts[2],
                RequestBytes = amounts[3],
                ResponseBytes = amounts[4],
            };

        FsCheck.Check.One(Quick, Prop.ForAll(records.ToArbitrary(), record =>
        {
            var bytes = Written(record);
            return UsageRecordCodec.TryRead(bytes, out var read) && read == record
                && UsageRecordCodec.TryReadSequence(bytes, out var sequence) && sequence == record.Sequence;
        }));
    }

    [Fact]
    public void Bytes_of_any_kind_are_read_as_what_would_be_written_or_not_at_all()
    {
        var random = new Random(1);
        for (var round = 0; round < 20_000; round++)
        {
            // Half of them nearly valid: those reach the checks behind the first.
            var bytes = round % 2 == 0 ? new byte[random.Next(400)] : Written(SampleRecords.End(round));
            if (round % 2 == 0)
            {
                random.NextBytes(bytes);
            }
            else
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            if (UsageRecordCodec.TryRead(bytes, out var record))
            {
                Assert.Equal(bytes, Written(record));
            }
        }
    }

    [Fact]
    public void Longest_texts_fit_and_longer_ones_are_cut()
    {
        var record = SampleRecords.End(1) with { Route = new string('字', 300), Method = new string('字', 33), Path = new string('字', 9_000) };
        var bytes = Written(record);
        Assert.Equal(UsageRecordCodec.MaximumBytes, bytes.Length);
        Assert.True(UsageRecordCodec.TryRead(bytes, out var read));
        Assert.Equal((200, 32, 512), (read.Route.Length, read.Method.Length, read.Path.Length));
    }

    [Fact]
    public void Text_that_is_none_is_replaced() =>
        Assert.True(UsageRecordCodec.TryRead(Written(SampleRecords.End(1) with { Path = "/\ud800x" }), out var read) && read.Path == "/\ufffdx");

    private static byte[] Written(in UsageRecord record)
    {
        var bytes = new byte[UsageRecordCodec.MaximumBytes];
        return bytes[..UsageRecordCodec.Write(record, bytes)];
    }

    private static string Cut(char[] text, int length) => new(text.AsSpan(0, Math.Min(text.Length, length)));
}
