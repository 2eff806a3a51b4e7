namespace Gateway.Chaos.Checking;

/// <summary>A row of <c>usage_events</c>, as far as clients can say anything about it.</summary>
internal sealed record StoredRow(
    string Path, string Method, Guid OrganizationId, int Status, string Outcome, bool Billable, long Units, string Source, long Sequence)
{
    public override string ToString() => $"{Path}: {Source} {Sequence}, {Status} {Outcome}, {(Billable ? "billable" : "not billable")}, units {Units}";
}
