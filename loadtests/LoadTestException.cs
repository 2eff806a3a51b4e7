namespace Gateway.LoadTests;

/// <summary>It could not be measured, and this is why.</summary>
internal sealed class LoadTestException(string message) : Exception(message);
