using FsCheck;
using FsCheck.Fluent;
using Gateway.Contracts.ApiKeys;

namespace Gateway.Contracts.Tests.ApiKeys;

public sealed class ApiKeyFormatTests
{
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

    // Generated, so every property runs on other keys each time.
    private static readonly Gen<string> Keys =
        Gen.Elements(ApiKeyEnvironment.Live, ApiKeyEnvironment.Test).Select(ApiKeyFormat.Generate);

    // Computed with Python: zlib.crc32(body) % 36**6 in base 36, padded to six digits.
    [Theory]
    [InlineData("sk_live_0123456789abcdefghijklmnopxw54ll")]
    [InlineData("sk_live_aaaaaaaaaaaaaaaaaaaaaaaaaa4025aq")]
    [InlineData("sk_test_zzzzzzzzzzzzzzzzzzzzzzzzzzn6a2ms")]
    [InlineData("sk_test_0000000000000000000000099800jgil")]
    public void Key_with_an_independently_computed_checksum_is_well_formed(string key) => Assert.True(ApiKeyFormat.IsWellFormed(key));

    [Theory]
    [InlineData(ApiKeyEnvironment.Live, "^sk_live_[a-z0-9]{32}$")]
    [InlineData(ApiKeyEnvironment.Test, "^sk_test_[a-z0-9]{32}$")]
    public void Generated_key_has_its_environments_prefix(ApiKeyEnvironment environment, string pattern) =>
        Assert.Matches(pattern, ApiKeyFormat.Generate(environment));

    [Fact]
    public void Generated_keys_are_well_formed() =>
        Check(Keys, key => key.Length == ApiKeyFormat.Length && ApiKeyFormat.IsWellFormed(key));

    [Fact]
    public void Generated_keys_are_all_different() =>
        Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(_ => ApiKeyFormat.Generate(ApiKeyEnvironment.Live)).Distinct().Count());

    [Fact]
    public void Generated_keys_use_the_whole_alphabet_at_every_random_position()
    {
        var keys = Enumerable.Range(0, 2_000).Select(_ => ApiKeyFormat.Generate(ApiKeyEnvironment.Live)).ToList();

        Assert.All(Enumerable.Range(8, 26), position => Assert.Equal(Alphabet, string.Concat(keys.Select(key => key[position]).Distinct().Order())));
    }

    [Fact]
    public void Key_with_any_one_character_changed_is_refused() => Check(
        from key in Keys
        from position in Gen.Choose(0, ApiKeyFormat.Length - 1)
        from character in Gen.Elements(Alphabet.Where(character => character != key[position]))
        select key[..position] + character + key[(position + 1)..],
        key => !ApiKeyFormat.IsWellFormed(key));

    [Fact]
    public void Key_with_two_neighbours_swapped_is_refused() => Check(
        from key in Keys
        from position in Gen.Choose(0, ApiKeyFormat.Length - 2)
        where key[position] != key[position + 1]
        select key[..position] + key[position + 1] + key[position] + key[(position + 2)..],
        key => !ApiKeyFormat.IsWellFormed(key));

    [Fact]
    public void Key_with_a_character_too_many_or_too_few_is_refused() => Check(
        from key in Keys
        from position in Gen.Choose(0, ApiKeyFormat.Length)
        from character in Gen.Elements(Alphabet.ToCharArray())
        from changed in Gen.Elements(key.Insert(position, $"{character}"), key.Remove(Math.Min(position, ApiKeyFormat.Length - 1), 1))
        select changed,
        key => !ApiKeyFormat.IsWellFormed(key));

    [Fact]
    public void Key_with_a_letter_in_upper_case_is_refused() => Check(
        from key in Keys
        from position in Gen.Elements(Enumerable.Range(0, key.Length).Where(index => char.IsAsciiLetterLower(key[index])))
        select key[..position] + char.ToUpperInvariant(key[position]) + key[(position + 1)..],
        key => !ApiKeyFormat.IsWellFormed(key));

    [Fact]
    public void Text_that_is_no_key_is_refused() =>
        Check(ArbMap.Default.GeneratorFor<string?>(), text => !ApiKeyFormat.IsWellFormed(text));

    [Theory]
    [InlineData("")]
    [InlineData("sk_live_")]
    [InlineData("sk_prod_0123456789abcdefghijklmnopxw54ll")]
    [InlineData("SK_LIVE_0123456789abcdefghijklmnopxw54ll")]
    [InlineData("sk-live-0123456789abcdefghijklmnopxw54ll")]
    [InlineData(" sk_live_0123456789abcdefghijklmnopxw54ll")]
    [InlineData("sk_live_0123456789abcdefghijklmnopxw54ll\n")]
    [InlineData("sk_live_0123456789аbcdefghijklmnopxw54ll")]
    [InlineData("sk_live_０123456789abcdefghijklmnopxw54ll")]
    [InlineData("sk_live_0123456789abcdefghijklmnopxw541l")]
    [InlineData("sk_test_0123456789abcdefghijklmnopxw54ll")]
    public void Look_alike_is_refused(string key) => Assert.False(ApiKeyFormat.IsWellFormed(key));

    [Fact]
    public void Displayed_part_of_a_key_is_its_first_twelve_characters() =>
        Assert.Equal("sk_live_0123", ApiKeyFormat.Display("sk_live_0123456789abcdefghijklmnopxw54ll"));

    private static void Check<T>(Gen<T> values, Func<T, bool> holds) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true), Prop.ForAll(values.ToArbitrary(), holds));
}
