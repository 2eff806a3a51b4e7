namespace Gateway.Contracts.Usage;

/// <summary>Reasons of dead letters that mean more to a reader of the table than their words.</summary>
public static class DeadLetterReasons
{
    /// <summary>
    /// How the reason of an event begins that happened before the raw rows that are kept: nobody can tell any more whether it
    /// was counted, so it is neither a loss nor the explanation of one.
    /// </summary>
    public const string TooOld = "older than ";
}
