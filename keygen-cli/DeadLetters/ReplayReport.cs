namespace Gateway.Keygen.DeadLetters;

/// <summary>What became of dead letters that were to be sent again.</summary>
/// <param name="Selected">How many were meant.</param>
/// <param name="Sent">How many Kafka has acknowledged.</param>
/// <param name="DryRun">Whether none was to be sent in earnest.</param>
/// <param name="Letters">Their ids: those that Kafka has acknowledged, or that it would have been sent.</param>
internal sealed record ReplayReport(long Selected, long Sent, bool DryRun, IReadOnlyList<string> Letters);
