namespace Gateway.UsageProcessor.Audit;

/// <summary>Adds what compares the rollups with the ledger.</summary>
internal static class AuditExtensions
{
    public static void AddAudit(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(AuditOptions.Read(builder.Configuration));
        builder.Services.AddSingleton<RollupAudit>();
        builder.Services.AddHostedService<AuditService>();
    }
}
