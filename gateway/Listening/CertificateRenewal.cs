namespace Gateway.Listening;

/// <summary>
/// Picks a renewed certificate up without a restart. While its files are missing or half written the old one stays in use,
/// and an error says so.
/// </summary>
internal sealed partial class CertificateRenewal(
    ServerCertificate certificate, ListeningOptions options, TimeProvider timeProvider, ILogger<CertificateRenewal> logger)
    : BackgroundService
{
    private string? _failure;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Tls!.ReloadInterval, timeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }

    private void Look()
    {
        try
        {
            if (certificate.Renew())
            {
                _failure = null;
                CertificateRenewed(certificate.Current.TargetCertificate.NotAfter.ToUniversalTime());
            }
        }
        catch (Exception exception) when (ServerCertificate.IsUnusable(exception))
        {
            // A file that stays away is said once, not at every look.
            if (exception.Message != _failure)
            {
                _failure = exception.Message;
                CertificateUnusable(exception.Message);
            }
        }
    }

    [LoggerMessage(240, LogLevel.Information, "new connections get the renewed TLS certificate, valid until {NotAfter:O}")]
    private partial void CertificateRenewed(DateTime notAfter);

    [LoggerMessage(241, LogLevel.Error, "the TLS certificate has changed but cannot be used, the old one stays: {Reason}")]
    private partial void CertificateUnusable(string reason);
}
