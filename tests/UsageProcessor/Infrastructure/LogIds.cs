namespace Gateway.UsageProcessor.Tests.Infrastructure;

/// <summary>Lines of the log that operators watch for.</summary>
internal static class LogIds
{
    public const int StoringInterrupted = 302;
    public const int StoringResumed = 303;
    public const int Fenced = 304;
    public const int PartitionsAssigned = 305;
    public const int PartitionsRevoked = 306;
    public const int PartitionsLost = 307;
    public const int PartitionJumped = 309;
    public const int ConsumingPaused = 310;
    public const int ConsumingResumed = 311;
    public const int KafkaTrouble = 312;
    public const int KafkaRecovered = 313;
    public const int MessagesLost = 330;
    public const int WentOnAfterLoss = 331;
    public const int LogBeginsLate = 332;
    public const int HolePassed = 333;
    public const int StoringBlocked = 335;
    public const int StoringUnblocked = 336;
}
