namespace Gateway.UsageProcessor.Continuity;

/// <summary>Whether a partition's log is the one that was read so far, with everything that was not read yet.</summary>
/// <param name="GoOnAt">Where to go on; after a loss, where to go on if the operator says so.</param>
/// <param name="Fingerprint">Of the message before, where it is known.</param>
/// <param name="Loss">Null where nothing is lost.</param>
internal sealed record LogVerdict(long GoOnAt, long? Fingerprint, LogLoss? Loss);

/// <summary>In the operator's words.</summary>
/// <param name="Expected">What should be in the log.</param>
/// <param name="Found">What is there.</param>
/// <param name="Gone">How many messages are gone, as far as that can be known.</param>
internal sealed record LogLoss(string Expected, string Found, string Gone);
