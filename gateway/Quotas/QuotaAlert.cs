namespace Gateway.Quotas;

/// <summary>That a part of a month's quota is used.</summary>
/// <param name="OrganizationId">Whose quota.</param>
/// <param name="MonthStart">When the month began, in UTC.</param>
/// <param name="QuotaUnits">Units that may be used in the month.</param>
/// <param name="Threshold">The part, in percent: 80 or 100.</param>
/// <param name="UsedUnits">Units used when that was seen; at least the threshold.</param>
internal readonly record struct QuotaAlert(Guid OrganizationId, DateTimeOffset MonthStart, long QuotaUnits, int Threshold, long UsedUnits);
