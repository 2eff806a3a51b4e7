using Gateway.Contracts.DeadLetters;

namespace Gateway.Keygen.DeadLetters;

/// <summary>A dead letter that Kafka did not take.</summary>
/// <param name="Id">Which.</param>
/// <param name="Reason">Kafka's reason.</param>
/// <param name="IsOwn">Whether the letter itself is to blame, so that others may still be sent.</param>
internal sealed record LetterFailure(DeadLetterId Id, string Reason, bool IsOwn);
