using System.Security.Cryptography;
using Gateway.Contracts.ApiKeys;

namespace Gateway.Contracts.Tests.ApiKeys;

public sealed class ApiKeyHashTests
{
    private const string Key = "sk_live_0123456789abcdefghijklmnopxw54ll";

    // printf %s KEY | sha256sum
    private const string Sha256OfKey = "d4e3a3283bb0923a35a87a97082498e66d3d9c09d4ff7e652f6fb862d5a583c0";

    [Fact]
    public void Hash_of_a_key_is_its_sha256() => Assert.Equal(Sha256OfKey, Convert.ToHexStringLower(ApiKeyHash.Of(Key).ToArray()));

    [Fact]
    public void Hash_comes_back_from_its_stored_bytes()
    {
        var bytes = RandomNumberGenerator.GetBytes(ApiKeyHash.Size);

        var hash = new ApiKeyHash(bytes);

        Assert.Equal(bytes, hash.ToArray());
        Assert.Equal(new ApiKeyHash(bytes), hash);
        Assert.Equal(new ApiKeyHash(bytes).GetHashCode(), hash.GetHashCode());
    }

    [Fact]
    public void Hashes_that_differ_in_any_bit_are_different()
    {
        var bytes = RandomNumberGenerator.GetBytes(ApiKeyHash.Size);
        var hash = new ApiKeyHash(bytes);

        for (var bit = 0; bit < ApiKeyHash.Size * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(hash, new ApiKeyHash(bytes));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Hash_is_hidden_where_it_is_written_out()
    {
        var hash = ApiKeyHash.Of(Key);

        Assert.Equal("(hash)", hash.ToString());
        Assert.Equal("(hash)", $"{hash}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Hash_of_another_length_is_refused(int length) => Assert.Throws<ArgumentException>(() => new ApiKeyHash(new byte[length]));
}
