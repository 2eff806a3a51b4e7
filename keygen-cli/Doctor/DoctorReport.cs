namespace Gateway.Keygen.Doctor;

/// <summary>What <c>keygen doctor</c> found out.</summary>
/// <param name="Failed">How many checks have failed.</param>
/// <param name="Warnings">How many are to be looked at.</param>
/// <param name="Checks">All of them.</param>
internal sealed record DoctorReport(int Failed, int Warnings, IReadOnlyList<Finding> Checks)
{
    public static DoctorReport Of(IReadOnlyList<Finding> findings) => new(
        findings.Count(static finding => finding.How == FindingResult.Failed),
        findings.Count(static finding => finding.How == FindingResult.Warning),
        findings);
}
