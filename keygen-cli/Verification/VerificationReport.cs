using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Limits;

namespace Gateway.Keygen.Verification;

/// <summary>What is known of a key that somebody has.</summary>
/// <param name="Works">Whether a gateway takes it now; <c>null</c> where nobody was asked.</param>
/// <param name="Verdict">
/// active, organization-suspended, disabled, expired or revoked; unknown to the database; malformed; or well-formed where nobody was asked.
/// </param>
/// <param name="Reason">Why it does not work; <c>null</c> where it does.</param>
/// <param name="Key">What the database has of it.</param>
/// <param name="Limits">Of its organization, its own, and those of routes; where one is <c>null</c> the gateway's default holds.</param>
internal sealed record VerificationReport(bool? Works, string Verdict, string? Reason, ApiKey? Key, OrganizationLimits? Limits)
{
    public const string Malformed = "malformed";
    public const string Unknown = "unknown";
    public const string WellFormed = "well-formed";

    /// <summary>Of what is no key.</summary>
    public static VerificationReport OfMalformed(string problem) => new(false, Malformed, problem, null, null);

    /// <summary>Of what could be one.</summary>
    public static VerificationReport OfWellFormed() => new(null, WellFormed, null, null, null);

    /// <summary>Of what the database has, or has not.</summary>
    public static VerificationReport Of(ApiKey? key, OrganizationLimits? limits) => key is null
        ? new(false, Unknown, "the database does not know it: it is of another installation, or its organization was deleted", null, null)
        : new(
            key.Status == Active,
            key.Status,
            key.Status switch
            {
                Active => null,
                "organization-suspended" => $"its organization \"{key.OrganizationName}\" is suspended",
                "disabled" => $"it is disabled since {Output.Cell.Time(key.DisabledAt!.Value)}",
                "expired" => $"it has expired on {Output.Cell.Time(key.ExpiresAt!.Value)}",
                _ => $"it was revoked on {Output.Cell.Time(key.RevokedAt!.Value)}",
            },
            key,
            limits);

    private const string Active = "active";
}
