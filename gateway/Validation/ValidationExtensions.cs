namespace Gateway.Validation;

/// <summary>Refuses what two servers could read in two ways, before anything is done with it.</summary>
internal static class ValidationExtensions
{
    /// <summary>
    /// Kestrel's switch for the whole process, read when a server is made: a line of a request ends with CR LF only (RFC 9112
    /// would also let a recipient take a bare LF, and that is where recipients differ).
    /// </summary>
    private const string RefuseBareLineFeeds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    public static void AddValidation(this WebApplicationBuilder builder)
    {
        AppContext.SetSwitch(RefuseBareLineFeeds, isEnabled: true);
        builder.Services.AddSingleton(ValidationOptions.Read(builder.Configuration));
    }
}
