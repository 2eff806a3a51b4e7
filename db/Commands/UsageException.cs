namespace Gateway.Database.Commands;

/// <summary>Arguments or settings that a command cannot work with.</summary>
/// <param name="message">One line: what is wrong and what is allowed, without any secret.</param>
internal sealed class UsageException(string message) : Exception(message);
