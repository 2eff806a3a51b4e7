using System.Net.Http.Json;
using System.Text.Json;

namespace Gateway.Tests.Fixtures;

/// <summary>Reads refusals.</summary>
internal static class Problems
{
    public static async Task<JsonElement> ReadProblemAsync(this HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.ToString());
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((int)response.StatusCode, problem.GetProperty("status").GetInt32());
        Assert.True(problem.GetProperty("requestId").TryGetGuid(out _));
        return problem;
    }

    public static string Type(this JsonElement problem) => problem.GetProperty("type").GetString()!;
}
