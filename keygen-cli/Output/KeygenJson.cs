using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.AuditLog;
using Gateway.Keygen.Backends;
using Gateway.Keygen.Changes;
using Gateway.Keygen.DeadLetters;
using Gateway.Keygen.Doctor;
using Gateway.Keygen.Events;
using Gateway.Keygen.Limits;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Propagation;
using Gateway.Keygen.Quotas;
using Gateway.Keygen.Reconciliation;
using Gateway.Keygen.Usage;
using Gateway.Keygen.Verification;

namespace Gateway.Keygen.Output;

/// <summary>The shapes that <c>--json</c> prints. Scripts depend on them: fields may be added, never renamed or removed.</summary>
[JsonSerializable(typeof(Organization))]
[JsonSerializable(typeof(ApiKey))]
[JsonSerializable(typeof(OrganizationLimits))]
[JsonSerializable(typeof(CommonLimits))]
[JsonSerializable(typeof(KeyLimit))]
[JsonSerializable(typeof(RouteLimit))]
[JsonSerializable(typeof(Quota))]
[JsonSerializable(typeof(Backend))]
[JsonSerializable(typeof(PropagationReport))]
[JsonSerializable(typeof(ReconcileReport))]
[JsonSerializable(typeof(DeadLetter))]
[JsonSerializable(typeof(DeadLetterContent))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(UsageSummary))]
[JsonSerializable(typeof(UsageLine))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(DryRun))]
[JsonSerializable(typeof(OrganizationDetails))]
[JsonSerializable(typeof(BackendCheck))]
[JsonSerializable(typeof(NewKeyLine))]
[JsonSerializable(typeof(UsagePart))]
[JsonSerializable(typeof(TopSummary))]
[JsonSerializable(typeof(VerificationReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(RequestEvent))]
internal sealed partial class KeygenJson : JsonSerializerContext
{
    /// <summary>Letters of all languages stay readable; this JSON is never put into HTML.</summary>
    public static KeygenJson Readable { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    });
}
