namespace Gateway.Quotas;

/// <summary>Sees every answer of Redis about a quota: alerts are raised from it, and reconciliation learns whom to look after.</summary>
internal sealed class QuotaWatch(WatchedQuotas quotas, QuotaAlerts alerts)
{
    /// <summary>
    /// Redis has answered that so many units are used in the month, this request's included. Thread-safe, and free of
    /// allocation and locks but for the first answer about an organization, a month or a quota, and at a threshold.
    /// </summary>
    public void Observe(Guid organizationId, Quota quota, in QuotaMonth month, long used)
    {
        if (quotas.Watch(organizationId)?.Observe(quota, month, used) is not { } use)
        {
            return;
        }

        while (use.TryTakeThreshold(used, out var threshold))
        {
            alerts.Raise(new QuotaAlert(organizationId, use.Month.Start, use.Units, threshold, used));
        }
    }
}
