using Gateway.Hosting.Settings;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Gateway.Cors;

/// <summary>
/// What scripts of other origins may do on routes that name it in <c>CorsPolicy</c> (section <c>Cors:Policies:&lt;name&gt;</c>).
/// Lists are arrays or values with commas between.
/// </summary>
/// <param name="Origins"><c>Origins</c>, required: <c>https://app.example.com</c>, <c>https://*.example.com</c>, or <c>*</c> for any.</param>
/// <param name="Methods"><c>Methods</c>, any by default.</param>
/// <param name="Headers"><c>Headers</c> that may be sent, any by default.</param>
/// <param name="ExposedHeaders"><c>ExposedHeaders</c> that may be read, beside those of <see cref="Cors.ExposedHeaders"/>, which always may.</param>
/// <param name="Credentials"><c>Credentials</c>, false: whether cookies go along. Keys do not need it.</param>
/// <param name="MaximumAge"><c>MaxAgeSeconds</c>, 600: how long a browser remembers the answer to a preflight.</param>
internal sealed record BrowserPolicy(
    string[] Origins, string[] Methods, string[] Headers, string[] ExposedHeaders, bool Credentials, TimeSpan MaximumAge)
{
    private const string Any = "*";

    public static BrowserPolicy Read(IConfiguration configuration, string section)
    {
        var policy = new BrowserPolicy(
            ReadList(configuration, $"{section}:Origins"),
            ReadList(configuration, $"{section}:Methods"),
            ReadList(configuration, $"{section}:Headers"),
            ReadList(configuration, $"{section}:ExposedHeaders"),
            configuration.Flag($"{section}:Credentials", defaultValue: false),
            configuration.Seconds($"{section}:MaxAgeSeconds", 600, 0, 86_400));
        policy.Validate($"{section}:Origins");
        return policy;
    }

    public CorsPolicy Build()
    {
        var builder = new CorsPolicyBuilder();
        builder.SetPreflightMaxAge(MaximumAge);
        builder.WithExposedHeaders([.. Cors.ExposedHeaders.All, .. ExposedHeaders]);
        _ = IsAny(Origins) ? builder.AllowAnyOrigin() : builder.WithOrigins(Origins).SetIsOriginAllowedToAllowWildcardSubdomains();
        _ = IsAny(Methods) ? builder.AllowAnyMethod() : builder.WithMethods(Methods);
        _ = IsAny(Headers) ? builder.AllowAnyHeader() : builder.WithHeaders(Headers);
        return (Credentials ? builder.AllowCredentials() : builder.DisallowCredentials()).Build();
    }

    private void Validate(string setting)
    {
        if (Origins.Length == 0)
        {
            throw new SettingException(setting, "is not set; allowed are origins such as https://app.example.com, or *");
        }

        if (IsAny(Origins))
        {
            if (Credentials)
            {
                throw new SettingException(setting, "\"*\" is not allowed together with Credentials; allowed are origins by name");
            }

            return;
        }

        foreach (var origin in Origins)
        {
            if (!Uri.TryCreate(origin.Replace("://*.", "://", StringComparison.Ordinal), UriKind.Absolute, out var uri)
                || uri.Scheme is not ("http" or "https")
                || origin.EndsWith('/')
                || uri.PathAndQuery != "/")
            {
                throw new SettingException(setting, $"\"{origin}\" is no origin; allowed is https://host[:port], https://*.host or *, without a path");
            }
        }
    }

    private static bool IsAny(string[] values) => values is [] or [Any];

    private static string[] ReadList(IConfiguration configuration, string name) => configuration[name] is { } text
        ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : [.. configuration.GetSection(name).GetChildren().Select(static child => child.Value).OfType<string>()];
}
