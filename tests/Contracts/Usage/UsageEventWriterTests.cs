using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Contracts.Usage;

namespace Gateway.Contracts.Tests.Usage;

/// <summary>What is written is what the serializer writes, from the envelope that is read.</summary>
public sealed class UsageEventWriterTests
{
    private const int RandomEvents = 20_000;

    private static readonly long[] Numbers = [0, 1, 9, 10, 999, -1, int.MaxValue, 1_000_000_000_000_000, long.MaxValue, long.MinValue];

    private static readonly string[] Pieces =
    [
        "/", "v1", "ü", "€", "😀", "\"", "\\", "<", ">", "&", "'", "+", "`", "\0", "\t", "\r\n", "\u007f", "\u0085", "\u00a0", "\u2028", "\ufeff", "\ufffd",
        "\ud83d", "\ude00", "\uffff", "%2F", " ", "=",
    ];

    private readonly UsageEventWriter _writer = new();

    [Fact]
    public void Random_event_is_written_as_the_serializer_does()
    {
        var random = new Random(20261128);
        for (var count = 0; count < RandomEvents; count++)
        {
            AssertIsAsSerialized(RandomEvent(random));
        }
    }

    [Fact]
    public void Each_character_is_written_as_the_serializer_does()
    {
        for (var character = 0; character <= char.MaxValue; character++)
        {
            AssertIsAsSerialized(SampleEvent.Event with { Path = $"/{(char)character}a" });
        }
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "a")]
    [InlineData(512, "a")]
    [InlineData(5_000, "€")]
    [InlineData(5_000, "\"")]
    [InlineData(5_000, "\0")]
    public void Text_of_any_length_is_written_as_the_serializer_does(int length, string character)
    {
        var text = string.Concat(Enumerable.Repeat(character, length));

        AssertIsAsSerialized(SampleEvent.Event with { Path = text });
        AssertIsAsSerialized(SampleEvent.Event with { Source = text, Route = text, Method = text, Path = text });
        AssertIsAsSerialized(SampleEvent.Event);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00.0000000Z")]
    [InlineData("1969-12-31T23:59:59.9999999Z")]
    [InlineData("2026-02-28T23:59:59.0000009Z")]
    [InlineData("2026-11-21T00:15:30.1234569+14:00")]
    [InlineData("9999-12-31T23:59:59.9999999Z")]
    public void Time_is_written_as_the_serializer_does(string time) =>
        AssertIsAsSerialized(SampleEvent.Event with { Time = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) });

    [Fact]
    public void Culture_changes_nothing()
    {
        var before = CultureInfo.CurrentCulture;
        var written = _writer.Write(SampleEvent.Event with { Units = -1 }).ToArray();
        try
        {
            var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            strange.NumberFormat.NegativeSign = "minus";
            strange.DateTimeFormat.TimeSeparator = ".";
            CultureInfo.CurrentCulture = strange;

            Assert.Equal(written, _writer.Write(SampleEvent.Event with { Units = -1 }));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static UsageEvent RandomEvent(Random random) => new()
    {
        Id = RandomId(random),
        Source = RandomText(random),
        Sequence = RandomNumber(random),
        Time = new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero),
        OrganizationId = RandomId(random),
        ApiKeyId = RandomId(random),
        RequestId = RandomId(random),
        Route = RandomText(random),
        Method = RandomText(random),
        Path = RandomText(random),
        Status = (int)RandomNumber(random),
        Outcome = (UsageOutcome)random.Next(Enum.GetValues<UsageOutcome>().Length),
        Billable = random.Next(2) == 0,
        Units = RandomNumber(random),
        DurationMicroseconds = RandomNumber(random),
        BackendMicroseconds = RandomNumber(random),
        RequestBytes = RandomNumber(random),
        ResponseBytes = RandomNumber(random),
    };

    private static Guid RandomId(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private static long RandomNumber(Random random) =>
        random.Next(2) == 0 ? Numbers[random.Next(Numbers.Length)] : random.NextInt64() >> random.Next(63);

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var count = random.Next(20); count > 0; count--)
        {
            text.Append(random.Next(3) == 0 ? Pieces[random.Next(Pieces.Length)] : ((char)random.Next('a', 'z')).ToString());
        }

        return text.ToString();
    }

    private void AssertIsAsSerialized(UsageEvent usageEvent)
    {
        var written = _writer.Write(usageEvent);
        var serialized = JsonSerializer.SerializeToUtf8Bytes(Envelope(usageEvent), UsageEventJsonContext.Default.UsageEventEnvelope);
        if (!written.SequenceEqual(serialized))
        {
            Assert.Equal(Encoding.UTF8.GetString(serialized), Encoding.UTF8.GetString(written));
            Assert.Fail($"other bytes, though the same text: {usageEvent}");
        }
    }

    private static UsageEventEnvelope Envelope(UsageEvent usageEvent) => new()
    {
        SpecVersion = UsageEventJson.SpecVersion,
        Type = UsageEventJson.Type,
        Id = usageEvent.Id,
        Source = usageEvent.Source,
        Sequence = usageEvent.Sequence.ToString(CultureInfo.InvariantCulture),
        Subject = usageEvent.OrganizationId,
        Time = usageEvent.Time,
        DataContentType = UsageEventJson.DataContentType,
        Data = new UsageEventData
        {
            ApiKeyId = usageEvent.ApiKeyId,
            RequestId = usageEvent.RequestId,
            Route = usageEvent.Route,
            Method = usageEvent.Method,
            Path = usageEvent.Path,
            Status = usageEvent.Status,
            Outcome = usageEvent.Outcome,
            Billable = usageEvent.Billable,
            Units = usageEvent.Units,
            DurationUs = usageEvent.DurationMicroseconds,
            BackendUs = usageEvent.BackendMicroseconds,
            RequestBytes = usageEvent.RequestBytes,
            ResponseBytes = usageEvent.ResponseBytes,
        },
    };
}
