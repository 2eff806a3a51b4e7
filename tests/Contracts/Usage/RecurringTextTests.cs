using System.Text;
using Gateway.Contracts.Usage;

namespace Gateway.Contracts.Tests.Usage;

public sealed class RecurringTextTests
{
    private const int Texts = 5_000;

    [Theory]
    [InlineData("")]
    [InlineData("GET")]
    [InlineData("a-route-that-has-a-longer-name")]
    public void Text_that_was_there_just_now_is_the_same_object(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);

        var first = RecurringText.Of(bytes);

        Assert.Equal(text, first);
        Assert.Same(first, RecurringText.Of(bytes));
    }

    [Theory]
    [InlineData("größe")]
    [InlineData("字")]
    [InlineData("😀")]
    public void Text_beyond_ASCII_is_read_as_it_is(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);

        Assert.Equal(text, RecurringText.Of(bytes));
        Assert.Equal(text, RecurringText.Of(bytes));
    }

    [Fact]
    public void Texts_that_share_a_place_are_not_confused()
    {
        // More than there are places, and alike: all end in the same eight bytes.
        Assert.All(
            Enumerable.Range(0, Texts).Select(number => $"{number}-of-many"),
            static text => Assert.Equal(text, RecurringText.Of(Encoding.UTF8.GetBytes(text))));
        Assert.All(
            Enumerable.Range(0, Texts).Select(number => $"route-{number}"),
            static text => Assert.Equal(text, RecurringText.Of(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Long_text_is_read_as_it_is()
    {
        var text = new string('r', 5_000);

        Assert.Equal(text, RecurringText.Of(Encoding.UTF8.GetBytes(text)));
    }
}
