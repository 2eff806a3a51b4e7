using Gateway.Contracts.ApiKeys;
using Gateway.Observability;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Observability;

public sealed class RecordedPathTests
{
    [Fact]
    public void Key_in_a_path_is_redacted_wherever_it_stands()
    {
        var key = ApiKeyFormat.Generate(ApiKeyEnvironment.Live);

        Assert.Equal("/a/(redacted)/b", Of($"/a/{key}/b"));
        Assert.Equal("/a/(redacted)", Of($"/a/sk_{key.ToUpperInvariant()}"));
        Assert.DoesNotContain(key[12..20], Of("/" + new string('x', 490) + key), StringComparison.Ordinal);
    }

    [Fact]
    public void Path_that_only_looks_a_little_like_a_key_stays()
    {
        Assert.Equal("/ask_me/sk_x", Of("/ask_me/sk_x"));
    }

    [Fact]
    public void Path_is_cut_without_tearing_a_character_in_two()
    {
        var cut = Of("/" + new string('a', 510) + "😀");

        Assert.Equal("/" + new string('a', 510), cut);
    }

    private static string Of(string path)
    {
        var context = new DefaultHttpContext();
        context.Request.Path = path;
        return RecordedPath.Of(context.Request);
    }
}
