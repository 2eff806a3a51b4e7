namespace Gateway.UsageProcessor.Tests.Infrastructure;

internal static class HttpAnswers
{
    public static async Task<string> GetStringOfAnyStatusAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return await response.Content.ReadAsStringAsync();
    }
}
