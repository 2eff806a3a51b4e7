namespace Gateway.Chaos.Plans;

/// <summary>What can go wrong.</summary>
internal enum FaultKind
{
    /// <summary>kill -9 of a gateway.</summary>
    KillGateway,

    /// <summary>SIGSTOP of a gateway, and SIGCONT.</summary>
    FreezeGateway,

    /// <summary>SIGTERM to a gateway, and a new start.</summary>
    RestartGateway,

    /// <summary>kill -9 of a usage-processor.</summary>
    KillProcessor,

    /// <summary>SIGSTOP of a usage-processor, for so long that it may lose its partitions meanwhile.</summary>
    FreezeProcessor,

    /// <summary>SIGTERM to a usage-processor, and a new start.</summary>
    RestartProcessor,

    /// <summary>kill -9 of the broker.</summary>
    KillBroker,

    /// <summary>The broker answers nothing; the embedded one closes its connections.</summary>
    FreezeBroker,

    /// <summary>An orderly stop of the broker, and a new start.</summary>
    RestartBroker,

    /// <summary>An immediate shutdown of PostgreSQL: it recovers from its log afterwards.</summary>
    KillPostgres,

    /// <summary>PostgreSQL answers nothing.</summary>
    FreezePostgres,

    /// <summary>An orderly stop of PostgreSQL that breaks off every session.</summary>
    RestartPostgres,

    /// <summary>kill -9 of Redis, which comes back empty.</summary>
    KillRedis,

    /// <summary>Redis answers nothing.</summary>
    FreezeRedis,

    /// <summary>The disk of the journals is full.</summary>
    FillDisk,

    /// <summary>All gateways are killed, and bits of what they left in their journals are flipped.</summary>
    FlipBits,

    /// <summary>Old messages are sent to the topic once more.</summary>
    ReplayMessages,

    /// <summary>All gateways are killed, and their journals are deleted. Only where it is asked for.</summary>
    LoseJournal,
}
