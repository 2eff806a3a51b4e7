namespace Gateway.LoadTests.Wire;

/// <summary>What became of a connection when something could be read from it.</summary>
internal enum WireProgress
{
    /// <summary>More is to come.</summary>
    Waits,

    /// <summary>Its answer is complete, and it takes the next request.</summary>
    Answered,

    /// <summary>Its answer is complete, and it is of no further use.</summary>
    AnsweredAndClosed,

    /// <summary>The server closed it between two requests, as it may.</summary>
    Closed,

    /// <summary>There is no answer: it was closed in the middle, or what came is none.</summary>
    Failed,
}
