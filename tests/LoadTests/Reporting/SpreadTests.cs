using Gateway.LoadTests.Reporting;

namespace Gateway.LoadTests.Tests.Reporting;

public sealed class SpreadTests
{
    [Fact]
    public void Median_of_an_odd_number_is_the_one_in_the_middle() => Assert.Equal(new Spread(2, 1, 9), Spread.Of([9, 1, 2]));

    [Fact]
    public void Median_of_an_even_number_lies_between_the_two_in_the_middle() => Assert.Equal(new Spread(2.5, 1, 9), Spread.Of([3, 9, 2, 1]));

    [Fact]
    public void Nothing_has_no_spread() => Assert.Throws<ArgumentException>(() => Spread.Of([]));
}
