using System.Collections.Concurrent;
using Gateway.Requests;

namespace Gateway.Tests.Requests;

public sealed class UuidVersion7Tests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1_764_340_000_123)]
    [InlineData(253_402_300_799_999)]
    public void Has_version_and_variant_and_begins_with_the_time(long milliseconds)
    {
        var id = UuidVersion7.Create(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));

        Assert.Equal(7, id.Version);
        Assert.InRange(id.Variant, 8, 11);
        Assert.Equal(milliseconds.ToString("x12", null), id.ToString("N")[..12]);
    }

    [Fact]
    public void No_two_are_alike_whatever_thread_makes_them()
    {
        const int Each = 20_000;
        var made = new ConcurrentBag<Guid[]>();
        var time = DateTimeOffset.UnixEpoch;

        var threads = Enumerable.Range(0, 4)
            .Select(_ => new Thread(() => made.Add([.. Enumerable.Range(0, Each).Select(_ => UuidVersion7.Create(time))])))
            .ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(threads.Length * Each, made.SelectMany(ids => ids).Distinct().Count());
    }
}
